import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { GuardedRequest } from '../presentation/guarded-request.js';

/**
 * A guard that signs in the same user on every request, without Clerk, tokens or a database.
 *
 * @param user the value of `@CurrentUser()`; null: requests have no user, but are allowed
 * @example
 * const module = await Test.createTestingModule({ controllers: [NotesController] })
 *   .overrideProvider(ClerkAuthGuard)
 *   .useValue(fakeCurrentUser({ id: '…', clerkId: 'user_ada' }))
 *   .compile();
 */
export function fakeCurrentUser(user: unknown): CanActivate {
  return {
    canActivate: (context: ExecutionContext) => {
      const request = context.switchToHttp().getRequest<GuardedRequest>();
      request.user = user;
      request.outcome = 'unchanged';
      return true;
    },
  };
}
