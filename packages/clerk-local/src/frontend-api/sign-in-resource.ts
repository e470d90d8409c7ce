import type { CodeStrategy, SignInRecord } from '../domain/state/attempt-records.js';
import { normaliseEmail } from '../domain/users/email-address.js';
import type { User } from '../domain/users/user-resource.js';
import { codeLifetimeMs } from '../domain/messages/codes.js';
import {
  toProviderVerification,
  type ProviderVerification,
} from '../domain/sessions/provider-attempts.js';

/** A factor of a sign-in. */
export interface Factor {
  readonly strategy: 'password' | 'passkey' | 'totp' | 'backup_code' | CodeStrategy;
  readonly email_address_id?: string;
  readonly phone_number_id?: string;
  readonly safe_identifier?: string;
  /** Whether this is the identifier that was entered to sign in. */
  readonly primary?: boolean;
  readonly default?: boolean;
}

/**
 * Lists the first factors of a user: passkeys, the password, a code for each verified address and
 * number, and the same codes to reset the password.
 *
 * @param identifier the identifier that was entered to sign in
 * @param hasLinks whether the instance sends links, too
 */
export function firstFactors(user: User, identifier: string | null, hasLinks = false): Factor[] {
  const emails = user.email_addresses
    .filter(({ verification }) => verification?.status === 'verified')
    .map((email) => ({
      email_address_id: email.id,
      safe_identifier: email.email_address,
      primary: email.email_address === normaliseEmail(identifier ?? ''),
    }));
  const phones = user.phone_numbers
    .filter(({ verification }) => verification?.status === 'verified')
    .map((phone) => ({
      phone_number_id: phone.id,
      safe_identifier: phone.phone_number,
      primary: phone.phone_number === identifier,
    }));
  const codes: Factor[] = [
    ...(user.passkeys.length > 0 ? [{ strategy: 'passkey' } as const] : []),
    ...(hasLinks ? emails.map((email): Factor => ({ strategy: 'email_link', ...email })) : []),
    ...emails.map((email): Factor => ({ strategy: 'email_code', ...email })),
    ...phones.map((phone): Factor => ({ strategy: 'phone_code', ...phone })),
  ];
  if (!user.password_enabled) return codes;
  return [
    { strategy: 'password' },
    ...codes,
    ...emails.map((email): Factor => ({ strategy: 'reset_password_email_code', ...email })),
    ...phones.map((phone): Factor => ({ strategy: 'reset_password_phone_code', ...phone })),
  ];
}

/** Lists the second factors of a user; `null` if there is none. */
export function secondFactors(user: User): Factor[] | null {
  const phones = user.phone_numbers
    .filter((phone) => phone.reserved_for_second_factor)
    .filter(({ verification }) => verification?.status === 'verified')
    .map((phone): Factor => ({
      strategy: 'phone_code',
      phone_number_id: phone.id,
      safe_identifier: phone.phone_number,
      default: phone.default_second_factor,
    }));
  if (!user.totp_enabled && phones.length === 0) return null;
  return [
    ...(user.totp_enabled ? [{ strategy: 'totp' } as const] : []),
    ...phones,
    ...(user.backup_code_enabled ? [{ strategy: 'backup_code' } as const] : []),
  ];
}

const abandonedAfterMs = 86_400_000;

/** How a sign-in was completed. */
export type Strategy = 'password' | 'passkey' | 'ticket' | CodeStrategy;

interface FirstFactorVerification {
  readonly object:
    | 'verification_password'
    | 'verification_otp'
    | 'verification_email_link'
    | 'verification_passkey'
    | 'verification_ticket';
  readonly status: 'unverified' | 'verified';
  readonly strategy: Strategy;
  readonly attempts: number | null;
  readonly expire_at: number;
  /** What the browser is asked to sign with a passkey, as JSON. */
  readonly nonce?: string;
}

/** A sign-in as the Frontend API returns it (`Client.SignIn` of the published OpenAPI document). */
export interface SignIn {
  readonly object: 'sign_in_attempt';
  readonly id: string;
  readonly status:
    | 'needs_identifier'
    | 'needs_first_factor'
    | 'needs_second_factor'
    | 'needs_new_password'
    | 'complete';
  readonly supported_identifiers: readonly string[];
  readonly supported_first_factors: readonly Factor[] | null;
  readonly supported_second_factors: readonly Factor[] | null;
  readonly first_factor_verification: FirstFactorVerification | ProviderVerification | null;
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
  /** Whether the instance sends links. */
  readonly hasLinks: boolean;
  /** Set if the sign-in is complete. */
  readonly completed?: { readonly sessionId: string; readonly strategy: Strategy };
}

/** Presents a sign-in. */
export function toSignIn({ record, user, hasLinks, completed }: SignInInput): SignIn {
  const sessionId = completed?.sessionId ?? record.sessionId;
  return {
    object: 'sign_in_attempt',
    id: record.id,
    status: sessionId !== null ? 'complete' : user ? statuses[record.stage] : 'needs_identifier',
    supported_identifiers: ['email_address', 'phone_number', 'username'],
    supported_first_factors: user ? firstFactors(user, record.identifier, hasLinks) : null,
    supported_second_factors: user ? secondFactors(user) : null,
    first_factor_verification: record.provider
      ? toProviderVerification(record.provider, record.createdAt)
      : verification(record, completed?.strategy),
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
    created_session_id: sessionId,
    abandon_at: record.createdAt + abandonedAfterMs,
  };
}

const statuses = {
  first_factor: 'needs_first_factor',
  second_factor: 'needs_second_factor',
  new_password: 'needs_new_password',
} as const;

const verificationObjects = {
  password: 'verification_password',
  passkey: 'verification_passkey',
  email_code: 'verification_otp',
  email_link: 'verification_email_link',
  phone_code: 'verification_otp',
  reset_password_email_code: 'verification_otp',
  reset_password_phone_code: 'verification_otp',
  ticket: 'verification_ticket',
} as const;

/** `null` until a code is sent. Otherwise Clerk's components would not send one. */
function verification(
  record: SignInRecord,
  verifiedBy: Strategy | undefined,
): FirstFactorVerification | null {
  const { passkey } = record;
  if (verifiedBy === undefined && !record.codeSent && passkey === null) return null;
  const strategy = verifiedBy ?? (passkey === null ? record.codeStrategy : 'passkey');
  const verified =
    verifiedBy !== undefined || record.sessionId !== null || record.stage !== 'first_factor';
  return {
    object: verificationObjects[strategy],
    status: verified ? 'verified' : 'unverified',
    strategy,
    attempts: null,
    expire_at: record.createdAt + codeLifetimeMs,
    ...(passkey === null || verified ? {} : { nonce: passkey.nonce }),
  };
}
