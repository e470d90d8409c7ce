import { createApiClient, type ApiClient, type ApiClientOptions } from '@populatte/api-client';

/** What is needed of Clerk's session. */
export interface TokenSession {
  getToken(options?: { skipCache?: boolean }): Promise<string | null>;
}

/** What is needed of Clerk besides. */
export interface ClerkActions {
  signOut(options: { redirectUrl: string }): Promise<unknown>;
  redirectToSignIn(): Promise<unknown>;
}

/**
 * The API's client for one session of the browser. A session that the API stops accepting is signed
 * out, once; one that has a task left goes to where Clerk lets it be finished.
 */
export function createSessionApi(
  session: TokenSession,
  clerk: ClerkActions,
  options: Pick<ApiClientOptions, 'baseUrl' | 'fetch'>,
): ApiClient {
  return createApiClient({
    ...options,
    getToken: (tokenOptions) => session.getToken(tokenOptions),
    onUnauthenticated: ({ code }) =>
      code === 'session_pending'
        ? clerk.redirectToSignIn()
        : clerk.signOut({ redirectUrl: '/sign-in' }),
  });
}
