'use client';

import { createContext } from 'react';
import type { ApiClient } from '@populatte/api-client';

/** Null while Clerk loads and while signed out. */
export const ApiContext = createContext<ApiClient | null>(null);
