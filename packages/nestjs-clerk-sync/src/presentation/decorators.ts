import {
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import { type GuardedRequest, requestOf, routeOf } from './guarded-request.js';

export const isPublic = 'populatte:public';

/**
 * Makes a route, or every route of a controller, accessible without a session. Forgetting it fails
 * closed.
 */
export function Public(): CustomDecorator {
  return SetMetadata(isPublic, true);
}

/**
 * Injects the request's local user, or one of its fields, into a handler. On a route without the
 * guard, the request fails with 500.
 *
 * @param member the name of a field; default: the whole user
 * @example
 * me(@CurrentUser() user: User): string
 * mail(@CurrentUser('email') email: string | null): void
 */
export const CurrentUser = createParamDecorator(
  (member: string | undefined, context: ExecutionContext): unknown => {
    const user = currentUser(requestOf(context));
    return member === undefined ? user : Reflect.get(Object(user) as object, member);
  },
);

/**
 * @returns the user that the guard attached
 * @throws Error on a route without the guard: a bug in the route, so it fails loudly
 */
export function currentUser(request: GuardedRequest): unknown {
  const { user } = request;
  if (user === undefined || user === null) {
    throw new Error(
      `@CurrentUser() is used on ${routeOf(request)}, which is @Public() or lacks the guard. Remove one of the decorators, or add @UseGuards(ClerkAuthGuard).`,
    );
  }
  return user;
}
