import 'server-only';
import { cache } from 'react';
import { auth } from '@clerk/nextjs/server';
import { createApiClient, type ApiClient } from '@populatte/api-client';
import { readServerEnv } from '@/env';

/** Milliseconds for a whole call. A page that waits longer shows nothing: the browser takes over. */
const TIMEOUT_MS = 3_000;

/**
 * The API for the user of the current request: for server components, actions and route handlers.
 * One client per request; none outlives it.
 *
 * @returns null without a session, and with a session token that the API would refuse because it
 *   has no `azp` (a return visit begins with one: Clerk's handshake). The browser has a better one.
 */
export const getApi = cache(async (): Promise<ApiClient | null> => {
  const { getToken, sessionClaims } = await auth();
  const { API_URL, CLERK_ACCEPT_TOKENS_WITHOUT_AZP } = readServerEnv();
  if (sessionClaims === null) return null;
  if (sessionClaims.azp === undefined && !CLERK_ACCEPT_TOKENS_WITHOUT_AZP) return null;
  return createApiClient({
    baseUrl: API_URL,
    // A server has the request's token and no other; only the browser can get a fresh one.
    getToken: () => getToken(),
    timeoutMs: TIMEOUT_MS,
  });
});
