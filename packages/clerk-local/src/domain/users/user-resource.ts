import { codeLifetimeMs } from '../messages/codes.js';
import type { PasskeyRecord } from '../state/passkey-record.js';
import type {
  EmailRecord,
  ExternalAccountRecord,
  PhoneRecord,
  UserRecord,
} from '../state/user-records.js';

type Metadata = Readonly<Record<string, unknown>>;

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
  readonly public_metadata: Metadata;
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

/**
 * A user as the Backend API and webhooks return it (`User` of Clerk's published OpenAPI document).
 * Times are milliseconds since the epoch.
 */
export interface User {
  readonly id: string;
  readonly object: 'user';
  readonly external_id: string | null;
  readonly username: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly locale: string | null;
  readonly image_url: string;
  readonly profile_image_url: string;
  readonly has_image: boolean;
  readonly primary_email_address_id: string | null;
  readonly primary_phone_number_id: string | null;
  readonly primary_web3_wallet_id: null;
  readonly email_addresses: readonly EmailAddress[];
  readonly phone_numbers: readonly PhoneNumber[];
  readonly web3_wallets: readonly never[];
  readonly passkeys: readonly Passkey[];
  readonly external_accounts: readonly ExternalAccount[];
  readonly saml_accounts: readonly never[];
  readonly enterprise_accounts: readonly never[];
  readonly password_enabled: boolean;
  readonly password_last_updated_at: number | null;
  readonly two_factor_enabled: boolean;
  readonly totp_enabled: boolean;
  readonly backup_code_enabled: boolean;
  readonly mfa_enabled_at: number | null;
  readonly mfa_disabled_at: number | null;
  readonly public_metadata: Metadata;
  readonly private_metadata: Metadata;
  readonly unsafe_metadata: Metadata;
  readonly last_sign_in_at: number | null;
  readonly last_active_at: number | null;
  readonly legal_accepted_at: number | null;
  readonly banned: boolean;
  readonly locked: boolean;
  readonly lockout_expires_in_seconds: null;
  readonly verification_attempts_remaining: number;
  readonly delete_self_enabled: boolean;
  readonly create_organization_enabled: boolean;
  readonly create_organizations_limit: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A deleted user: the response to the deletion and the data of `user.deleted`. */
export interface DeletedUser {
  readonly id: string;
  readonly object: 'user';
  readonly deleted: true;
  readonly external_id?: string;
}

/**
 * Presents a user.
 *
 * @param imageUrl the URL of the user's avatar
 */
export function toUser(record: UserRecord, imageUrl: string): User {
  const hasTotp = record.totp !== null && !record.totp.pending;
  return {
    id: record.id,
    object: 'user',
    external_id: record.externalId,
    username: record.username,
    first_name: record.firstName,
    last_name: record.lastName,
    locale: record.locale,
    image_url: record.imageUrl ?? imageUrl,
    profile_image_url: record.imageUrl ?? imageUrl,
    has_image: record.imageUrl !== null,
    primary_email_address_id: record.primaryEmailId,
    primary_phone_number_id: record.primaryPhoneId,
    primary_web3_wallet_id: null,
    email_addresses: record.emails.map(toEmailAddress),
    phone_numbers: record.phones.map(toPhoneNumber),
    web3_wallets: [],
    passkeys: record.passkeys.map(toPasskey),
    external_accounts: record.externalAccounts.map((account) => toExternalAccount(account)),
    saml_accounts: [],
    enterprise_accounts: [],
    password_enabled: record.passwordHash !== null,
    password_last_updated_at: record.passwordUpdatedAt,
    two_factor_enabled: hasTotp,
    totp_enabled: hasTotp,
    backup_code_enabled: record.backupCodes !== null,
    mfa_enabled_at: record.mfaEnabledAt,
    mfa_disabled_at: record.mfaDisabledAt,
    public_metadata: record.publicMetadata,
    private_metadata: record.privateMetadata,
    unsafe_metadata: record.unsafeMetadata,
    last_sign_in_at: record.lastSignInAt,
    last_active_at: record.lastActiveAt,
    legal_accepted_at: record.legalAcceptedAt,
    banned: record.banned,
    locked: record.locked,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: 100,
    delete_self_enabled: record.deleteSelfEnabled,
    create_organization_enabled: record.createOrganizationEnabled,
    create_organizations_limit: record.createOrganizationsLimit,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

/** Presents a user who was deleted. */
export function toDeletedUser({ id, externalId }: UserRecord): DeletedUser {
  return {
    id,
    object: 'user',
    deleted: true,
    ...(externalId === null ? {} : { external_id: externalId }),
  };
}

/** Presents an email address. */
export function toEmailAddress(email: EmailRecord): EmailAddress {
  return {
    id: email.id,
    object: 'email_address',
    email_address: email.address,
    reserved: false,
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
    reserved: false,
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
