import { Features, type WalletStrategy } from '../domain/shared/features.js';
import type { CodeStrategy, SignInRecord } from '../domain/state/attempt-records.js';
import { normaliseEmail } from '../domain/users/email-address.js';
import type { User } from '../domain/users/user-resource.js';
import { canSign } from '../domain/users/wallet-address.js';
import { toDeviceChallenge, type TrustedDeviceChallenge } from './trusted-device-resource.js';
import { codeLifetimeMs } from '../domain/messages/codes.js';
import {
  toProviderVerification,
  type ProviderVerification,
} from '../domain/sessions/provider-attempts.js';

/** A factor of a sign-in. */
export interface Factor {
  readonly strategy:
    'password' | 'passkey' | 'totp' | 'backup_code' | CodeStrategy | WalletStrategy;
  readonly email_address_id?: string;
  readonly phone_number_id?: string;
  readonly web3_wallet_id?: string;
  readonly safe_identifier?: string;
  /** Whether this is the identifier that was entered to sign in. */
  readonly primary?: boolean;
  readonly default?: boolean;
}

/**
 * Lists the first factors of a user: passkeys, the password, a code for each address and
 * number that is verified or reserved, the same codes to reset the password, and a signature of each verified wallet.
 *
 * @param identifier the identifier that was entered to sign in
 * @param features the instance's features, such as email links and wallets
 */
export function firstFactors(
  user: User,
  identifier: string | null,
  features = new Features([]),
): Factor[] {
  const hasLinks = features.has('email_link');
  const emails = user.email_addresses
    .filter(({ verification, reserved }) => verification?.status === 'verified' || reserved)
    .map((email) => ({
      email_address_id: email.id,
      safe_identifier: email.email_address,
      primary: email.email_address === normaliseEmail(identifier ?? ''),
    }));
  const phones = user.phone_numbers
    .filter(({ verification, reserved }) => verification?.status === 'verified' || reserved)
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
    ...walletFactors(user, features),
  ];
  if (!user.password_enabled) return codes;
  return [
    { strategy: 'password' },
    ...codes,
    ...emails.map((email): Factor => ({ strategy: 'reset_password_email_code', ...email })),
    ...phones.map((phone): Factor => ({ strategy: 'reset_password_phone_code', ...phone })),
  ];
}

/** Any enabled wallet of the same network may sign. */
function walletFactors({ web3_wallets }: User, { walletStrategies }: Features): Factor[] {
  return web3_wallets
    .filter(({ verification }) => verification?.status === 'verified')
    .flatMap(({ id, web3_wallet }) =>
      walletStrategies
        .filter((strategy) => canSign(web3_wallet, strategy))
        .map((strategy) => ({ strategy, web3_wallet_id: id, safe_identifier: web3_wallet })),
    );
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
export type Strategy =
  'password' | 'passkey' | 'ticket' | 'trusted_device' | CodeStrategy | WalletStrategy;

interface FirstFactorVerification {
  readonly object:
    | 'verification_password'
    | 'verification_otp'
    | 'verification_email_link'
    | 'verification_passkey'
    | 'verification_ticket'
    | 'verification_trusted_device'
    | 'verification_web3';
  readonly status: 'unverified' | 'verified';
  readonly strategy: Strategy;
  readonly attempts: number | null;
  readonly expire_at: number;
  /**
   * The challenge for the browser to sign with a passkey, as JSON, or part of the text that a
   * wallet signs.
   */
  readonly nonce?: string;
  /** The challenge for a wallet to sign. */
  readonly message?: string;
  /** The challenge for a trusted device to sign. */
  readonly trusted_device_challenge?: TrustedDeviceChallenge;
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
  readonly features: Features;
  /** Set if the sign-in is complete. */
  readonly completed?: { readonly sessionId: string; readonly strategy: Strategy };
}

/** Presents a sign-in. */
export function toSignIn({ record, user, features, completed }: SignInInput): SignIn {
  const sessionId = completed?.sessionId ?? record.sessionId;
  return {
    object: 'sign_in_attempt',
    id: record.id,
    status: sessionId !== null ? 'complete' : user ? statuses[record.stage] : 'needs_identifier',
    supported_identifiers: ['email_address', 'phone_number', 'username', 'web3_wallet'],
    supported_first_factors: user ? firstFactors(user, record.identifier, features) : null,
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

const verificationObjects: Readonly<Record<Strategy, FirstFactorVerification['object']>> = {
  password: 'verification_password',
  passkey: 'verification_passkey',
  email_code: 'verification_otp',
  email_link: 'verification_email_link',
  phone_code: 'verification_otp',
  reset_password_email_code: 'verification_otp',
  reset_password_phone_code: 'verification_otp',
  ticket: 'verification_ticket',
  trusted_device: 'verification_trusted_device',
  web3_base_signature: 'verification_web3',
  web3_coinbase_wallet_signature: 'verification_web3',
  web3_metamask_signature: 'verification_web3',
  web3_okx_wallet_signature: 'verification_web3',
  web3_solana_signature: 'verification_web3',
};

/** `null` until a code is sent. Otherwise Clerk's components would not send one. */
function verification(
  record: SignInRecord,
  verifiedBy: Strategy | undefined,
): FirstFactorVerification | null {
  const { passkey, wallet, device } = record;
  const strategy = verifiedBy ?? askedFor(record);
  if (strategy === undefined) return null;
  const verified =
    verifiedBy !== undefined || record.sessionId !== null || record.stage !== 'first_factor';
  return {
    object: verificationObjects[strategy],
    status: verified ? 'verified' : 'unverified',
    strategy,
    attempts: null,
    expire_at: record.createdAt + codeLifetimeMs,
    ...(strategy === 'passkey' && passkey && !verified ? { nonce: passkey.nonce } : {}),
    ...(strategy === wallet?.strategy && !verified
      ? { nonce: wallet.nonce, message: wallet.message }
      : {}),
    ...(strategy === 'trusted_device' && device && !verified
      ? { trusted_device_challenge: toDeviceChallenge(device, device.deviceId) }
      : {}),
  };
}

/** The last requested factor. */
function askedFor({
  passkey,
  wallet,
  device,
  codeSent,
  codeStrategy,
}: SignInRecord): Strategy | undefined {
  if (passkey !== null) return 'passkey';
  if (wallet !== null) return wallet.strategy;
  if (device !== null) return 'trusted_device';
  return codeSent ? codeStrategy : undefined;
}
