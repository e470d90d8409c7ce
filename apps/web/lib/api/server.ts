import 'server-only';
import { cache } from 'react';
import { headers } from 'next/headers';
import { auth } from '@clerk/nextjs/server';
import { createApiClient, type ApiClient } from '@populatte/api-client';
import { readServerEnv } from '@/env';
import { continueTrace } from './trace-context';

/**
 * Milliseconds for a whole call. The page renders only after it, so the browser takes over early.
 */
const TIMEOUT_MS = 3_000;

/**
 * The API client of the current request's user, for server components, actions and route handlers.
 * Each request has its own client.
 *
 * @returns null without a session, and with a session token that the API would refuse because it
 *   has no `azp`: a return visit begins with such a token, from Clerk's handshake. The browser has
 *   a token with `azp`.
 */
export const getApi = cache(async (): Promise<ApiClient | null> => {
  const { getToken, sessionClaims } = await auth();
  const { API_URL, CLERK_ACCEPT_TOKENS_WITHOUT_AZP } = readServerEnv();
  if (sessionClaims === null) return null;
  if (sessionClaims.azp === undefined && !CLERK_ACCEPT_TOKENS_WITHOUT_AZP) return null;
  return createApiClient({
    baseUrl: API_URL,
    // A server has only the request's token; only the browser can get a fresh one.
    getToken: () => getToken(),
    fetch: continueTrace(await headers()),
    timeoutMs: TIMEOUT_MS,
  });
});
