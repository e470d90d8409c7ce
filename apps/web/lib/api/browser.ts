'use client';

import { use } from 'react';
import type { ApiClient } from '@populatte/api-client';
import { ApiContext } from './api-context';

/**
 * The API client of the signed-in user.
 *
 * @returns null while Clerk loads and while signed out, because a call needs a token
 */
export function useApi(): ApiClient | null {
  return use(ApiContext);
}
