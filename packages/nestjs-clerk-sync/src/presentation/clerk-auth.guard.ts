import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type AuthenticatedRequest, Authenticator } from '../core/authenticate-request.use-case.js';
import { answerWithin } from './answer-within.js';
import { sentHeader } from './sent-header.js';
import { bearerToken } from './bearer-token.js';
import { isPublic } from './decorators.js';
import { type HeaderTarget, toException } from './exceptions.js';
import { type GuardedRequest, rawHeadersOf, requestOf } from './guarded-request.js';

/** A controller or a handler, which `@Public()` can decorate. */
type Target = Parameters<Reflector['get']>[1];

/**
 * Guards every route: verifies the session token, syncs the local user and attaches it to the
 * request. It is global: a route is public only with `@Public()`.
 */
@Injectable()
export class ClerkAuthGuard implements CanActivate {
  /** Cached, because reflection takes longer than authenticating a warm request. */
  private readonly open = new WeakMap<Target, boolean>();

  constructor(
    private readonly reflector: Reflector,
    private readonly authenticate: Authenticator<unknown>,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.isPublicTarget(context.getHandler()) || this.isPublicTarget(context.getClass()))
      return true;
    if (context.getType() !== 'http') throw notHttp(context);

    const request = requestOf(context);
    try {
      const token = bearerToken(sentHeader(rawHeadersOf(request), 'authorization'));
      const authenticated = this.authenticate.execute(token);
      if (!(authenticated instanceof Promise)) return attach(request, authenticated);
      return answerWithin(authenticated).then(
        (late) => attach(request, late),
        (error: unknown) => {
          throw refused(error, context);
        },
      );
    } catch (error) {
      throw refused(error, context);
    }
  }

  private isPublicTarget(target: Target): boolean {
    const known = this.open.get(target);
    if (known !== undefined) return known;
    const open = this.reflector.get<boolean | undefined>(isPublic, target) === true;
    this.open.set(target, open);
    return open;
  }
}

/** A gateway, resolver or message handler has no HTTP request with a token. */
function notHttp(context: ExecutionContext): Error {
  const handler = `${context.getClass().name}.${context.getHandler().name}`;
  return new Error(
    `ClerkAuthGuard only guards HTTP requests, but ${handler} handles ${context.getType()}. Authenticate there with ClerkSync.authenticate(token), and mark the handler @Public().`,
  );
}

function refused(error: unknown, context: ExecutionContext): unknown {
  return toException(error, context.switchToHttp().getResponse<HeaderTarget>());
}

function attach(
  request: GuardedRequest,
  { user, outcome, actor }: AuthenticatedRequest<unknown>,
): true {
  request.user = user;
  request.outcome = outcome;
  if (actor !== undefined) request.actor = actor;
  return true;
}
