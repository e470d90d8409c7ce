import {
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import type { User } from '../core/user.entity.js';
import { type GuardedRequest, routeOf } from './guarded-request.js';

export const isPublic = 'populatte:public';

/**
 * Makes a route, or every route of a controller, accessible without a session. Forgetting it fails
 * closed.
 */
export function Public(): CustomDecorator {
  return SetMetadata(isPublic, true);
}

/** Hands a handler the local user of the request: `@CurrentUser() user: User`. */
export const CurrentUser = createParamDecorator((_data: undefined, context: ExecutionContext) =>
  currentUser(context.switchToHttp().getRequest<GuardedRequest>()),
);

/**
 * @returns the user that the guard attached
 * @throws Error on a public route, which has no user: a bug in the route, so it fails loudly
 */
export function currentUser(request: GuardedRequest): User {
  const { user } = request;
  if (user === undefined || user === null) {
    throw new Error(
      `@CurrentUser() is used on ${routeOf(request)}, which is @Public(). Remove one of them.`,
    );
  }
  return user;
}
