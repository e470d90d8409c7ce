import type { UnauthenticatedError } from '@populatte/api-client';

export const accountDeleted = 'Your account was deleted.';
export const sessionEnded = 'Your session has ended. Sign in again.';

/** Says why the API accepts the session no longer, to the user who finds the sign-in page instead. */
export function describeSessionEnd({ code }: Pick<UnauthenticatedError, 'code'>): string {
  if (code === 'user_deleted') return accountDeleted;
  if (code === 'user_banned') return 'Your account is suspended. Ask the administrator.';
  return sessionEnded;
}
