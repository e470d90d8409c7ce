'use client';

import { createContext, use } from 'react';
import type { ApiClient } from '@populatte/api-client';

/** Null while Clerk loads and while signed out. */
export const ApiContext = createContext<ApiClient | null>(null);

/**
 * The API client of the signed-in user.
 *
 * @returns null while Clerk loads and while signed out, because a call needs a token
 */
export function useApi(): ApiClient | null {
  return use(ApiContext);
}
