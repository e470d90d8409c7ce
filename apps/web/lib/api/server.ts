import 'server-only';
import { cache } from 'react';
import { headers } from 'next/headers';
import { auth } from '@clerk/nextjs/server';
import type { ApiClient } from '@populatte/api-client';
import { readServerEnv } from '@/env';
import { createRequestApi } from './request-api';

/**
 * The API client of the current request's user, for server components, actions and route handlers.
 * Each request has its own client.
 *
 * @returns null if the API would refuse the session's token; see `createRequestApi`
 */
export const getApi = cache(async (): Promise<ApiClient | null> =>
  createRequestApi(await auth(), await headers(), readServerEnv()),
);
