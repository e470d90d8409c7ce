import {
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { User } from '../../core/users/user.entity.js';
import '../http/request-state.js';

export const isPublic = 'populatte:public';

/** Opens a route, or all of a controller's, to callers without a session. Forgetting it fails closed. */
export function Public(): CustomDecorator {
  return SetMetadata(isPublic, true);
}

/** Hands a handler the local user of the request: `@CurrentUser() user: User`. */
export const CurrentUser = createParamDecorator((_data: undefined, context: ExecutionContext) =>
  currentUser(context.switchToHttp().getRequest<FastifyRequest>()),
);

/**
 * @returns the user whom the guard attached
 * @throws Error where no user can be: the route is public. A bug, so it fails loudly.
 */
export function currentUser(request: Pick<FastifyRequest, 'user' | 'routeOptions'>): User {
  if (request.user === null) {
    throw new Error(
      `@CurrentUser() is used on ${request.routeOptions.url ?? 'a route'}, which is @Public(). Remove one of them.`,
    );
  }
  return request.user;
}
