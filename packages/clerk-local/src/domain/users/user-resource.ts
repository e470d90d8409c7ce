import type { UserRecord } from '../state/user-records.js';
import {
  toEmailAddress,
  toExternalAccount,
  toPasskey,
  toPhoneNumber,
  toWeb3Wallet,
  type EmailAddress,
  type ExternalAccount,
  type Passkey,
  type PhoneNumber,
  type Web3Wallet,
} from './identification-resources.js';

type Metadata = Readonly<Record<string, unknown>>;

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
  readonly primary_web3_wallet_id: string | null;
  readonly email_addresses: readonly EmailAddress[];
  readonly phone_numbers: readonly PhoneNumber[];
  readonly web3_wallets: readonly Web3Wallet[];
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
    primary_web3_wallet_id: record.primaryWalletId,
    email_addresses: record.emails.map(toEmailAddress),
    phone_numbers: record.phones.map(toPhoneNumber),
    web3_wallets: record.wallets.map(toWeb3Wallet),
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
