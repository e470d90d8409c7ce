import {
  ApiError,
  createApiClient,
  type ApiClient,
  type ApiClientOptions,
  type UnauthenticatedError,
} from '@populatte/api-client';
import { clerkUrls } from '../clerk/urls';

/** The part of Clerk's session that the client uses. */
export interface TokenSession {
  readonly id: string;
  /** Whether the browser still uses this session. False after a sign-out or a switch to another. */
  isCurrent(): boolean;
  getToken(options?: { skipCache?: boolean }): Promise<string | null>;
}

/** The part of Clerk that the client uses. */
export interface ClerkActions {
  signOut(options: { sessionId: string; redirectUrl: string }): Promise<unknown>;
  redirectToSignIn(): Promise<unknown>;
}

/** Milliseconds for a whole call. The API responds within 5 s, so a longer wait is an outage. */
const timeoutMs = 10_000;

/**
 * The API's client for one session of the browser. If the API stops accepting the session, signs it
 * out once and by its id: the browser may have other sessions. A session that the user has left is
 * not signed out: it has no token, but may be valid. If the session is pending, navigates
 * to the page where Clerk lets the user finish the task.
 */
export function createSessionApi(
  session: TokenSession,
  clerk: ClerkActions,
  {
    onSessionEnd,
    ...options
  }: Pick<ApiClientOptions, 'baseUrl' | 'fetch'> & {
    /** Called before the sign-out, with the API's reason. */
    readonly onSessionEnd?: (error: UnauthenticatedError) => void;
  },
): ApiClient {
  const api = createApiClient({
    timeoutMs,
    ...options,
    getToken: (tokenOptions) => session.getToken(tokenOptions),
    onUnauthenticated: (error) => {
      if (!session.isCurrent()) return undefined;
      onSessionEnd?.(error);
      return clerk.signOut({ sessionId: session.id, redirectUrl: clerkUrls.signInUrl });
    },
  });
  // The client does not report a pending session as lost: the user has to finish it.
  return observeCalls(api, (error) => {
    if (error instanceof ApiError && error.code === 'session_pending') {
      void clerk.redirectToSignIn();
    }
  });
}

/**
 * Copies a tree of calls so that every call reports its error, including calls of endpoints that are
 * added later.
 */
function observeCalls<Tree extends object>(tree: Tree, onError: (error: unknown) => void): Tree {
  const members = Object.entries(tree) as [string, object][];
  const observed = members.map(([name, member]) => {
    const inner = observeCalls(member, onError);
    return [name, isCall(member) ? Object.assign(observeCall(member, onError), inner) : inner];
  });
  return Object.fromEntries(observed) as Tree;
}

type AnyCall = (...args: unknown[]) => Promise<unknown>;

function isCall(member: object): member is AnyCall {
  return typeof member === 'function';
}

function observeCall(call: AnyCall, onError: (error: unknown) => void): AnyCall {
  return (...args) =>
    call(...args).catch((error: unknown) => {
      onError(error);
      throw error;
    });
}
