'use client';

import { use } from 'react';
import type { ApiClient } from '@populatte/api-client';
import { ApiContext } from './api-context';

/**
 * The API, as the person who is signed in here.
 *
 * @returns null while Clerk loads and while nobody is signed in: no call goes out without a token
 */
export function useApi(): ApiClient | null {
  return use(ApiContext);
}
