import type { SignInRecord } from '../domain/state/records.js';
import { normaliseEmail } from '../domain/users/email-address.js';
import type { User } from '../domain/users/user-resource.js';
import { codeLifetimeMs } from '../domain/messages/codes.js';

/** A first factor of a sign-in. */
export type FirstFactor =
  | { readonly strategy: 'password' }
  | {
      readonly strategy: 'email_code';
      readonly email_address_id: string;
      readonly safe_identifier: string;
      /** Whether this is the address that was entered to sign in. */
      readonly primary: boolean;
    };

/**
 * Lists the first factors of a user: the password, and a code for each verified address.
 *
 * @param identifier the address that was entered to sign in
 */
function firstFactors(user: User, identifier: string | null): FirstFactor[] {
  const codes = user.email_addresses
    .filter(({ verification }) => verification?.status === 'verified')
    .map((email): FirstFactor => ({
      strategy: 'email_code',
      email_address_id: email.id,
      safe_identifier: email.email_address,
      primary: email.email_address === normaliseEmail(identifier ?? ''),
    }));
  return user.password_enabled ? [{ strategy: 'password' }, ...codes] : codes;
}

const abandonedAfterMs = 86_400_000;

export type Strategy = 'password' | 'email_code' | 'ticket';

interface FirstFactorVerification {
  readonly object: 'verification_password' | 'verification_otp' | 'verification_ticket';
  readonly status: 'unverified' | 'verified';
  readonly strategy: Strategy;
  readonly attempts: number | null;
  readonly expire_at: number;
}

/** A sign-in as the Frontend API returns it (`Client.SignIn` of the published OpenAPI document). */
export interface SignIn {
  readonly object: 'sign_in_attempt';
  readonly id: string;
  readonly status: 'needs_identifier' | 'needs_first_factor' | 'complete';
  readonly supported_identifiers: readonly ['email_address'];
  readonly supported_first_factors: readonly FirstFactor[] | null;
  readonly supported_second_factors: null;
  readonly first_factor_verification: FirstFactorVerification | null;
  readonly second_factor_verification: null;
  readonly identifier: string | null;
  readonly user_data: {
    readonly first_name: string | null;
    readonly last_name: string | null;
    readonly image_url: string;
    readonly has_image: boolean;
  } | null;
  readonly created_session_id: string | null;
  readonly abandon_at: number;
}

export interface SignInInput {
  readonly record: SignInRecord;
  /** The user, once an identifier was entered. */
  readonly user: User | undefined;
  /** Set if the sign-in is complete. */
  readonly completed?: { readonly sessionId: string; readonly strategy: Strategy };
}

/** Presents a sign-in. */
export function toSignIn({ record, user, completed }: SignInInput): SignIn {
  return {
    object: 'sign_in_attempt',
    id: record.id,
    status: completed ? 'complete' : user ? 'needs_first_factor' : 'needs_identifier',
    supported_identifiers: ['email_address'],
    supported_first_factors: user ? firstFactors(user, record.identifier) : null,
    supported_second_factors: null,
    first_factor_verification: verification(record, completed?.strategy),
    second_factor_verification: null,
    identifier: record.identifier,
    user_data: user
      ? {
          first_name: user.first_name,
          last_name: user.last_name,
          image_url: user.image_url,
          has_image: user.has_image,
        }
      : null,
    created_session_id: completed?.sessionId ?? null,
    abandon_at: record.createdAt + abandonedAfterMs,
  };
}

const verificationObjects = {
  password: 'verification_password',
  email_code: 'verification_otp',
  ticket: 'verification_ticket',
} as const;

/** `null` until a code is sent. Otherwise Clerk's components would not send one. */
function verification(
  record: SignInRecord,
  verifiedBy: Strategy | undefined,
): FirstFactorVerification | null {
  if (verifiedBy === undefined && !record.codeSent) return null;
  const strategy = verifiedBy ?? 'email_code';
  return {
    object: verificationObjects[strategy],
    status: verifiedBy === undefined ? 'unverified' : 'verified',
    strategy,
    attempts: null,
    expire_at: record.createdAt + codeLifetimeMs,
  };
}
