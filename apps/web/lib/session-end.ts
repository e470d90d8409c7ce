import type { UnauthenticatedError } from '@populatte/api-client';

export const accountDeleted = 'Your account was deleted.';
export const sessionEnded = 'Your session has ended. Sign in again.';

/** Explains on the sign-in page why the API no longer accepts the session. */
export function describeSessionEnd({ code }: Pick<UnauthenticatedError, 'code'>): string {
  if (code === 'user_deleted') return accountDeleted;
  if (code === 'user_banned')
    return 'Your account is suspended. Contact the administrator of this application.';
  return sessionEnded;
}
