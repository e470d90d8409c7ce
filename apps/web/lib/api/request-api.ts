import { createApiClient, type ApiClient, type GetToken } from '@populatte/api-client';
import type { ServerEnv } from '../env/server-env';
import { continueTrace } from './trace-context';

/**
 * Milliseconds for a whole call. The page renders only after it, so the browser takes over early.
 */
const timeoutMs = 3_000;

/** The session of a request to this server: the part of Clerk's `auth()` that is needed. */
export interface RequestSession {
  readonly sessionClaims: { readonly azp?: unknown } | null;
  readonly getToken: GetToken;
}

type Env = Pick<ServerEnv, 'CLERK_ACCEPT_TOKENS_WITHOUT_AZP'> & { readonly API_URL: string };

/**
 * The API client of one request's user.
 *
 * @param incoming the headers of the request to this server, whose trace the calls continue
 * @returns null without a session, and with a session token that the API would refuse because it
 *   has no `azp`: a return visit begins with such a token, from Clerk's handshake. The browser has
 *   a token with `azp`.
 */
export function createRequestApi(
  { sessionClaims, getToken }: RequestSession,
  incoming: Pick<Headers, 'get'>,
  { API_URL, CLERK_ACCEPT_TOKENS_WITHOUT_AZP }: Env,
): ApiClient | null {
  if (sessionClaims === null) return null;
  if (sessionClaims.azp === undefined && !CLERK_ACCEPT_TOKENS_WITHOUT_AZP) return null;
  return createApiClient({
    baseUrl: API_URL,
    // A server has only the request's token; only the browser can get a fresh one.
    getToken: () => getToken(),
    fetch: continueTrace(incoming),
    timeoutMs,
  });
}
