import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import {
  AuthenticateRequestUseCase,
  type AuthenticatedRequest,
} from '../../core/auth/authenticate-request.use-case.js';
import { answerWithin } from '../http/answer-within.js';
import '../http/request-state.js';
import { sentHeader } from '../http/request-headers.js';
import { bearerToken } from './bearer-token.js';
import { isPublic } from './decorators.js';

/** What `@Public()` stands on. */
type Place = Parameters<Reflector['get']>[1];

/**
 * Guards every route: verifies the session token, brings the local user up to date and attaches it.
 * It is global, so that a route without `@Public()` cannot be open.
 */
@Injectable()
export class ClerkAuthGuard implements CanActivate {
  /** Asked once: reflection costs a request more than finding its user. */
  private readonly open = new WeakMap<Place, boolean>();

  constructor(
    private readonly reflector: Reflector,
    private readonly authenticate: AuthenticateRequestUseCase,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.isOpen(context.getHandler()) || this.isOpen(context.getClass())) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerToken(sentHeader(request.raw.rawHeaders, 'authorization'));
    const authenticated = this.authenticate.execute(token);
    if (!(authenticated instanceof Promise)) return attach(request, authenticated);
    return answerWithin(authenticated).then((late) => attach(request, late));
  }

  private isOpen(place: Place): boolean {
    const known = this.open.get(place);
    if (known !== undefined) return known;
    const open = this.reflector.get<boolean | undefined>(isPublic, place) === true;
    this.open.set(place, open);
    return open;
  }
}

function attach(request: FastifyRequest, { user, outcome }: AuthenticatedRequest): true {
  request.user = user;
  request.outcome = outcome;
  return true;
}
