import {
  ApiError,
  createApiClient,
  type ApiClient,
  type ApiClientOptions,
} from '@populatte/api-client';

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
  const api = createApiClient({
    ...options,
    getToken: (tokenOptions) => session.getToken(tokenOptions),
    onUnauthenticated: () => clerk.signOut({ redirectUrl: '/sign-in' }),
  });
  // The client does not report a pending session as lost: it has to be finished, not ended.
  const finishPending = (error: unknown): never => {
    if (error instanceof ApiError && error.code === 'session_pending') {
      void clerk.redirectToSignIn();
    }
    throw error;
  };
  return { ...api, users: { me: (callOptions) => api.users.me(callOptions).catch(finishPending) } };
}
