import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import {
  AuthenticateRequestUseCase,
  type AuthenticatedRequest,
} from '../../core/auth/authenticate-request.use-case.js';
import { answerWithin } from '../http/answer-within.js';
import '../http/request-state.js';
import { sentHeader } from '../http/sent-header.js';
import { bearerToken } from './bearer-token.js';
import { isPublic } from './public.decorator.js';

/**
 * Guards every route: verifies the session token, brings the local user up to date and attaches it.
 * It is global, so that a route without `@Public()` cannot be open.
 */
@Injectable()
export class ClerkAuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticate: AuthenticateRequestUseCase,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(isPublic, places) === true) {
      return true;
    }
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerToken(sentHeader(request.raw.rawHeaders, 'authorization'));
    const authenticated = this.authenticate.execute(token);
    if (!(authenticated instanceof Promise)) return attach(request, authenticated);
    return answerWithin(authenticated).then((late) => attach(request, late));
  }
}

function attach(request: FastifyRequest, { user, outcome }: AuthenticatedRequest): true {
  request.user = user;
  request.outcome = outcome;
  return true;
}
