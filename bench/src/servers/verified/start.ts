/** A bare verified request with one prepared statement: jose with a cached key, Nest on Fastify. */
import 'reflect-metadata';
import {
  Controller,
  Get,
  Module,
  Req,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import pg from 'pg';
import { z } from 'zod';
import { settings } from '../settings.js';
import type { UsualUser } from '../usual/users.table.js';

interface BareRequest {
  readonly headers: { readonly authorization?: string };
  user?: UsualUser;
}

/** Runs the statement for the user of a token. */
export type Statement = (claims: JWTPayload) => Promise<UsualUser | undefined>;

async function fetchKeySet(): Promise<JSONWebKeySet> {
  const response = await fetch(`${settings.CLERK_API_URL}/v1/jwks`, {
    headers: { authorization: `Bearer ${settings.CLERK_SECRET_KEY}` },
  });
  const keys = z.array(z.looseObject({ kty: z.string() }));
  return z.object({ keys }).parse(await response.json());
}

/** @param prepare prepares the statement on the server's database */
export async function startVerified(prepare: (db: NodePgDatabase) => Statement): Promise<void> {
  const statement = prepare(
    drizzle(new pg.Pool({ connectionString: settings.DATABASE_URL, max: 10 })),
  );
  const keySet = createLocalJWKSet(await fetchKeySet());

  class VerifyingGuard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const request = context.switchToHttp().getRequest<BareRequest>();
      const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
      const { payload } = await jwtVerify(token, keySet, { algorithms: ['RS256'] }).catch(
        (cause: unknown) => {
          throw new UnauthorizedException('The token is invalid or expired.', { cause });
        },
      );
      const user = await statement(payload);
      if (user === undefined) throw new UnauthorizedException();
      request.user = user;
      return true;
    }
  }

  @Controller('users')
  class MeController {
    @Get('me')
    me(@Req() { user }: BareRequest): UsualUser {
      if (user === undefined) throw new UnauthorizedException();
      return user;
    }
  }

  @Module({
    controllers: [MeController],
    providers: [{ provide: APP_GUARD, useClass: VerifyingGuard }],
  })
  class VerifiedModule {}

  const app = await NestFactory.create(VerifiedModule, new FastifyAdapter(), { logger: ['error'] });
  await app.listen(settings.PORT, settings.HOST);
}
