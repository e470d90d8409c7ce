import { codeLifetimeMs } from '../messages/codes.js';
import type { PasskeyRecord } from '../state/passkey-record.js';
import type { EmailRecord, ExternalAccountRecord, PhoneRecord } from '../state/user-records.js';
import type { WalletStrategy } from '../shared/features.js';
import type { WalletRecord } from '../state/wallet-record.js';

type EmailStrategy = NonNullable<EmailRecord['verification']>['strategy'];

/** An email address as the Backend API returns it. Times are milliseconds since the epoch. */
export interface EmailAddress {
  readonly id: string;
  readonly object: 'email_address';
  readonly email_address: string;
  readonly reserved: boolean;
  readonly verification: {
    readonly object:
      | 'verification_admin'
      | 'verification_otp'
      | 'verification_email_link'
      | 'verification_from_oauth';
    readonly status: 'verified' | 'unverified';
    readonly strategy: EmailStrategy;
    readonly attempts: number | null;
    readonly expire_at: number | null;
  } | null;
  readonly linked_to: readonly never[];
  readonly matches_sso_connection: boolean;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A phone number as the Backend API returns it. Times are milliseconds since the epoch. */
export interface PhoneNumber {
  readonly id: string;
  readonly object: 'phone_number';
  readonly phone_number: string;
  readonly reserved: boolean;
  readonly reserved_for_second_factor: boolean;
  readonly default_second_factor: boolean;
  readonly verification: {
    readonly object: 'verification_admin' | 'verification_otp';
    readonly status: 'verified' | 'unverified';
    readonly strategy: 'admin' | 'phone_code';
    readonly attempts: number | null;
    readonly expire_at: number | null;
  } | null;
  readonly linked_to: readonly never[];
  readonly backup_codes: null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A passkey as the Backend API returns it. Times are milliseconds since the epoch. */
export interface Passkey {
  readonly id: string;
  readonly object: 'passkey';
  readonly name: string;
  /** The registration counts as a use. */
  readonly last_used_at: number;
  readonly verification: {
    readonly object: 'verification_passkey';
    readonly status: 'verified';
    readonly strategy: 'passkey';
    readonly attempts: null;
    readonly expire_at: null;
  };
}

/** An OAuth account as the Backend API returns it. Times are milliseconds since the epoch. */
export interface ExternalAccount {
  readonly object: 'external_account' | 'google_account' | 'facebook_account';
  readonly id: string;
  /** Such as `oauth_google`. */
  readonly provider: string;
  readonly identification_id: string;
  readonly provider_user_id: string;
  readonly approved_scopes: string;
  readonly email_address: string;
  readonly email_address_verified: boolean;
  readonly first_name: string;
  readonly last_name: string;
  readonly image_url: string;
  readonly username: null;
  readonly phone_number: null;
  readonly public_metadata: Readonly<Record<string, unknown>>;
  readonly label: null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly verification: {
    readonly object: 'verification_oauth';
    readonly status: 'verified' | 'unverified' | 'failed';
    readonly strategy: string;
    readonly external_verification_redirect_url?: string;
    readonly error?: {
      readonly code: string;
      readonly message: string;
      readonly long_message: string;
    };
    readonly attempts: null;
    readonly expire_at: number;
  };
}

/** A web3 wallet as both APIs return it. Times are milliseconds since the epoch. */
export interface Web3Wallet {
  readonly id: string;
  readonly object: 'web3_wallet';
  readonly web3_wallet: string;
  readonly verification:
    | (WalletVerification & { readonly attempts: null })
    | {
        readonly object: 'verification_admin';
        readonly status: 'verified';
        readonly strategy: 'admin';
        readonly attempts: null;
        readonly expire_at: null;
      }
    | null;
  readonly created_at: number;
  readonly updated_at: number;
}

interface WalletVerification {
  readonly object: 'verification_web3';
  readonly status: 'verified' | 'unverified';
  readonly strategy: WalletStrategy;
  readonly expire_at: number | null;
  readonly nonce?: string;
  /** The text to sign. */
  readonly message?: string;
}

/** Presents an email address. */
export function toEmailAddress(email: EmailRecord): EmailAddress {
  return {
    id: email.id,
    object: 'email_address',
    email_address: email.address,
    reserved: email.reserved && email.verification?.status !== 'verified',
    verification: email.verification && {
      object: verificationObject(email.verification.strategy),
      ...email.verification,
      attempts: null,
      expire_at: null,
    },
    linked_to: [],
    matches_sso_connection: false,
    created_at: email.createdAt,
    updated_at: email.updatedAt,
  };
}

function verificationObject(
  strategy: EmailStrategy,
): NonNullable<EmailAddress['verification']>['object'] {
  switch (strategy) {
    case 'admin':
      return 'verification_admin';
    case 'email_code':
      return 'verification_otp';
    case 'email_link':
      return 'verification_email_link';
    default:
      return 'verification_from_oauth';
  }
}

/** Presents a phone number. Clerk treats phone numbers from the Backend API as verified. */
export function toPhoneNumber(phone: PhoneRecord): PhoneNumber {
  return {
    id: phone.id,
    object: 'phone_number',
    phone_number: phone.number,
    reserved: phone.reserved && !phone.verified,
    reserved_for_second_factor: phone.reservedForSecondFactor,
    default_second_factor: phone.defaultSecondFactor,
    verification: phone.verified
      ? {
          object: 'verification_admin',
          status: 'verified',
          strategy: 'admin',
          attempts: null,
          expire_at: null,
        }
      : phone.codeSent
        ? {
            object: 'verification_otp',
            status: 'unverified',
            strategy: 'phone_code',
            attempts: 0,
            expire_at: phone.updatedAt + codeLifetimeMs,
          }
        : null,
    linked_to: [],
    backup_codes: null,
    created_at: phone.createdAt,
    updated_at: phone.updatedAt,
  };
}

/** Presents a passkey. */
export function toPasskey({ id, name, lastUsedAt, createdAt }: PasskeyRecord): Passkey {
  return {
    id,
    object: 'passkey',
    name,
    last_used_at: lastUsedAt ?? createdAt,
    verification: {
      object: 'verification_passkey',
      status: 'verified',
      strategy: 'passkey',
      attempts: null,
      expire_at: null,
    },
  };
}

const connectionFailed = 'This account is already connected to another user.';

/**
 * Presents an OAuth account.
 *
 * @param url the provider's page, while the user connects the account
 */
export function toExternalAccount(account: ExternalAccountRecord, url?: string): ExternalAccount {
  const { error } = account;
  return {
    object: 'external_account',
    id: account.id,
    provider: `oauth_${account.provider}`,
    identification_id: account.identificationId,
    provider_user_id: account.providerUserId,
    approved_scopes: 'email openid profile',
    email_address: account.email,
    email_address_verified: true,
    first_name: account.firstName,
    last_name: account.lastName,
    image_url: '',
    username: null,
    phone_number: null,
    public_metadata: {},
    label: null,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
    verification: {
      object: 'verification_oauth',
      status: url !== undefined ? 'unverified' : error === null ? 'verified' : 'failed',
      strategy: `oauth_${account.provider}`,
      ...(url === undefined ? {} : { external_verification_redirect_url: url }),
      ...(error === null || url !== undefined
        ? {}
        : { error: { code: error, message: 'not connected', long_message: connectionFailed } }),
      attempts: null,
      expire_at: account.createdAt + 600_000,
    },
  };
}

/** Presents a web3 wallet. */
export function toWeb3Wallet(wallet: WalletRecord): Web3Wallet {
  return {
    id: wallet.id,
    object: 'web3_wallet',
    web3_wallet: wallet.address,
    verification: walletVerification(wallet),
    created_at: wallet.createdAt,
    updated_at: wallet.updatedAt,
  };
}

function walletVerification({
  verifiedBy,
  challenge,
  updatedAt,
}: WalletRecord): Web3Wallet['verification'] {
  if (verifiedBy === 'admin') {
    return {
      object: 'verification_admin',
      status: 'verified',
      strategy: 'admin',
      attempts: null,
      expire_at: null,
    };
  }
  const strategy = verifiedBy ?? challenge?.strategy;
  if (strategy === undefined) return null;
  return {
    object: 'verification_web3',
    status: verifiedBy === null ? 'unverified' : 'verified',
    strategy,
    attempts: null,
    expire_at: verifiedBy === null ? updatedAt + codeLifetimeMs : null,
    ...(challenge && { nonce: challenge.nonce, message: challenge.message }),
  };
}
