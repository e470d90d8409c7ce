'use client';

import { createContext } from 'react';
import type { ApiClient } from '@populatte/api-client';

/** `null` while Clerk loads and while nobody is signed in. */
export const ApiContext = createContext<ApiClient | null>(null);
