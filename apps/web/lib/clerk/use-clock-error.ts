'use client';

import { useState } from 'react';
import { useClerk } from '@clerk/nextjs';
import { clockError, type TokenTimes } from './clock-error';

const noToken = { issuedAt: 0, error: 0 };

/**
 * Compares the browser's clock with each token when it is first seen. Clerk renews the token without
 * rendering anything, so the component has to render regularly.
 *
 * @param now milliseconds since the epoch, by the browser's clock; null until hydration
 * @returns the session's current token, if there is one, and how far the clock is ahead, in seconds
 */
export function useClockError(now: number | null): {
  readonly claims: TokenTimes | undefined;
  readonly error: number;
} {
  const clerk = useClerk();
  const [seen, setSeen] = useState(noToken);
  const claims = now === null ? undefined : clerk.session?.lastActiveToken?.jwt?.claims;
  if (now !== null && claims !== undefined && claims.iat !== seen.issuedAt) {
    setSeen({ issuedAt: claims.iat, error: clockError(claims, now) });
  }
  return { claims, error: seen.error };
}
