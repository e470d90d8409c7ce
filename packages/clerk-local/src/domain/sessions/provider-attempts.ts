import { ClerkApiError, type ClerkErrorBody } from '../shared/clerk-api-error.js';
import type { ProviderAttempt } from '../state/attempt-records.js';

const expiresAfterMs = 600_000;

/** The part of a sign-in or sign-up at a provider, as the Frontend API returns it. */
export interface ProviderVerification {
  readonly object: 'verification_oauth';
  readonly status: ProviderAttempt['status'];
  readonly strategy: string;
  readonly external_verification_redirect_url: string | null;
  readonly error: ClerkErrorBody | null;
  readonly attempts: null;
  readonly expire_at: number;
}

/** Begins the part of a sign-in or sign-up at a provider. */
export function newProviderAttempt(strategy: string, url: string): ProviderAttempt {
  return { strategy, status: 'unverified', url, error: null, identity: null };
}

/** @param createdAt of the sign-in or sign-up, in milliseconds since the epoch */
export function toProviderVerification(
  { strategy, status, url, error }: ProviderAttempt,
  createdAt: number,
): ProviderVerification {
  return {
    object: 'verification_oauth',
    status,
    strategy,
    external_verification_redirect_url: status === 'unverified' ? url : null,
    error,
    attempts: null,
    expire_at: createdAt + expiresAfterMs,
  };
}

/** The errors of a visit, with Clerk's codes, from which its SDK decides how to continue. */
export const providerErrors = {
  unknownAccount: {
    code: 'external_account_not_found',
    message: 'Invalid external account',
    long_message: 'The External Account was not found.',
    meta: {},
  },
  knownAccount: {
    code: 'external_account_exists',
    message: 'External account already exists',
    long_message: 'This external account already exists.',
    meta: {},
  },
  denied: {
    code: 'oauth_access_denied',
    message: 'Access denied',
    long_message: 'You did not grant access to your account.',
    meta: {},
  },
} as const satisfies Record<string, ClerkErrorBody>;

/** Creates the error for `transfer` without a visit that ended at the other form. */
export function nothingToTransfer(): ClerkApiError {
  return new ClerkApiError(400, 'account_transfer_invalid', 'Invalid account transfer', {
    longMessage: 'There is no account to transfer.',
  });
}
