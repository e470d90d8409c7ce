import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { AppModule } from '../../../src/app.module.js';
import {
  SessionVerifier,
  type VerifiedSession,
} from '@populatte/nestjs-clerk-sync/src/core/session-verifier.js';
import { readEnvironment } from '../../../src/infrastructure/config/env.js';
import { Environment } from '../../../src/infrastructure/config/env.schema.js';
import { createHttpAdapter, prepareHttp } from '../../../src/presentation/http/http-server.js';
import { apiEnvironment } from '../../support/api-environment.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** Accepts one made-up token, so that the test needs no Clerk. */
class OneSession extends SessionVerifier {
  override verify(token: string): Promise<VerifiedSession> {
    expect(token).toBe('made-up');
    return Promise.resolve({
      clerkId: 'user_made_up',
      sessionId: 'sess_made_up',
      issuedAt: Date.now(),
      expiresAt: Date.now() + 60_000,
      profile: {
        clerkId: 'user_made_up',
        email: 'ada@people.example',
        name: 'Ada Lovelace',
        imageUrl: null,
        version: { at: Date.now(), exact: false },
      },
    });
  }
}

let database: TestDatabase;
let app: NestFastifyApplication;

beforeAll(async () => {
  database = await createTestDatabase();
  const clerk = { url: 'http://127.0.0.1:9', secretKey: 'sk_test_unused' };
  const extra = { LOG_LEVEL: 'silent' };
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Environment)
    .useValue(readEnvironment(apiEnvironment({ databaseUrl: database.url, clerk, extra })))
    .overrideProvider(SessionVerifier)
    .useClass(OneSession)
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(), {
    logger: false,
    bodyParser: false,
  });
  prepareHttp(app, []);
  await app.init();
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

test('the whole application runs in a testing module with a provider overridden', async () => {
  const answer = await app.inject({
    url: '/users/me',
    headers: { authorization: 'Bearer made-up' },
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ clerkId: 'user_made_up', name: 'Ada Lovelace' });
});

test('the global guard and the problem filter are in place', async () => {
  const answer = await app.inject({ url: '/users/me' });
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ code: 'token_missing' });
});

test('closing the application ends its database connections', async () => {
  await app.close();
  // PostgreSQL ends a backend a moment after its client has disconnected.
  await until('the connections are closed', async () => {
    const left = await database.query(
      `select from pg_stat_activity
       where datname = current_database() and application_name like 'populatte-%'`,
    );
    return left.length === 0;
  });
});
