import 'server-only';
import { cache } from 'react';
import { auth } from '@clerk/nextjs/server';
import { createApiClient, type ApiClient } from '@populatte/api-client';
import { readServerEnv } from '@/env';

/** The API promises an answer within 5 s; a page is not to wait for more. */
const TIMEOUT_MS = 6_000;

/**
 * The API, as the person who asks for this page: for server components, actions and route handlers.
 * One client a request; none outlives it.
 */
export const getApi = cache(async (): Promise<ApiClient> => {
  const { getToken } = await auth();
  return createApiClient({
    baseUrl: readServerEnv().API_URL,
    // A server has the request's token and no other; the browser is who can make a fresh one.
    getToken: () => getToken(),
    timeoutMs: TIMEOUT_MS,
  });
});
