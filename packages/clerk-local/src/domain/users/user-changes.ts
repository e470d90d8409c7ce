import { resourceNotFound } from '../shared/clerk-api-error.js';
import { requireMetadataSize } from '../shared/parameters.js';
import type { Ids } from '../shared/ids.js';
import type { EmailRecord, PhoneRecord, UserRecord } from '../state/user-records.js';
import type { WalletRecord } from '../state/wallet-record.js';
import type { PasswordFields } from './password.js';
import type { ParsedCreateUser, ParsedUpdateUser } from './user-input.js';

/**
 * Creates a user record.
 *
 * @param addresses normalised email addresses, the primary address first
 * @param context the time in milliseconds since the epoch, and the source of ids
 */
export function newUser(
  fields: ParsedCreateUser,
  addresses: readonly string[],
  password: PasswordFields,
  { now, ids }: { readonly now: number; readonly ids: Ids },
): UserRecord {
  const emails = addresses.map((address, index) => {
    const email = newEmail(ids.next('idn'), address, now);
    const isReserved = fields.email_address_identification_status?.[index] === 'reserved';
    return isReserved ? { ...email, verification: null, reserved: true } : email;
  });
  const phones = (fields.phone_number ?? []).map((number, index) => {
    const phone = newPhone(ids.next('idn'), number, now);
    const isReserved = fields.phone_number_identification_status?.[index] === 'reserved';
    return isReserved ? { ...phone, verified: false, reserved: true } : phone;
  });
  const wallets = (fields.web3_wallet ?? []).map((address) =>
    newWallet(ids.next('idn'), address, now, 'admin'),
  );
  return {
    id: ids.next('user'),
    externalId: fields.external_id ?? null,
    firstName: fields.first_name ?? null,
    lastName: fields.last_name ?? null,
    username: fields.username ?? null,
    locale: fields.locale ?? null,
    imageUrl: null,
    banned: fields.banned ?? false,
    locked: fields.locked ?? false,
    passwordCompromised: false,
    totp: fields.totp_secret ? { secret: fields.totp_secret, pending: false } : null,
    backupCodes: fields.backup_codes ?? null,
    mfaEnabledAt: fields.totp_secret ? now : null,
    mfaDisabledAt: null,
    createOrganizationEnabled: fields.create_organization_enabled ?? true,
    createOrganizationsLimit: fields.create_organizations_limit ?? null,
    legalAcceptedAt: fields.legal_accepted_at ? Date.parse(fields.legal_accepted_at) : null,
    externalAccounts: [],
    passkeys: [],
    trustedDevices: [],
    wallets,
    primaryWalletId: wallets[0]?.id ?? null,
    phones,
    primaryPhoneId: phones[0]?.id ?? null,
    emails,
    primaryEmailId: emails[0]?.id ?? null,
    passwordHash: null,
    passwordUpdatedAt: null,
    ...password,
    publicMetadata: fields.public_metadata ?? {},
    privateMetadata: fields.private_metadata ?? {},
    unsafeMetadata: fields.unsafe_metadata ?? {},
    deleteSelfEnabled: fields.delete_self_enabled ?? true,
    createdAt: fields.created_at ? Date.parse(fields.created_at) : now,
    updatedAt: now,
    lastActiveOrganizationId: null,
    lastSignInAt: null,
    lastActiveAt: null,
  };
}

/** Clerk treats email addresses from the Backend API as verified. */
export function newEmail(id: string, address: string, now: number): EmailRecord {
  return {
    id,
    address,
    verification: { status: 'verified', strategy: 'admin' },
    reserved: false,
    createdAt: now,
    updatedAt: now,
  };
}

/** Clerk treats phone numbers from the Backend API as verified. */
export function newPhone(id: string, number: string, now: number): PhoneRecord {
  return {
    id,
    number,
    verified: true,
    reserved: false,
    codeSent: false,
    reservedForSecondFactor: false,
    defaultSecondFactor: false,
    createdAt: now,
    updatedAt: now,
  };
}

/** @param verifiedBy `null` for an unverified wallet */
export function newWallet(
  id: string,
  address: string,
  now: number,
  verifiedBy: WalletRecord['verifiedBy'],
): WalletRecord {
  return { id, address, verifiedBy, challenge: null, createdAt: now, updatedAt: now };
}

/**
 * Applies `PATCH /v1/users/:id` to a record. Missing fields keep their value; `null` clears.
 *
 * @throws {ClerkApiError} 404 if the new primary email address, phone number or wallet does not belong
 *   to the user or is not verified
 */
export function updatedUser(
  user: UserRecord,
  fields: ParsedUpdateUser,
  password: PasswordFields,
  now: number,
): UserRecord {
  const primaryEmailId = fields.primary_email_address_id ?? user.primaryEmailId;
  if (primaryEmailId !== user.primaryEmailId) requireVerifiedEmail(user, primaryEmailId);
  const primaryPhoneId = fields.primary_phone_number_id ?? user.primaryPhoneId;
  if (primaryPhoneId !== user.primaryPhoneId) requireVerifiedPhone(user, primaryPhoneId);
  const primaryWalletId = fields.primary_web3_wallet_id ?? user.primaryWalletId;
  if (primaryWalletId !== user.primaryWalletId) requireVerifiedWallet(user, primaryWalletId);
  return {
    ...user,
    ...password,
    primaryEmailId,
    externalId: given(fields.external_id, user.externalId),
    firstName: given(fields.first_name, user.firstName),
    lastName: given(fields.last_name, user.lastName),
    username: given(fields.username, user.username),
    locale: given(fields.locale, user.locale),
    primaryPhoneId,
    primaryWalletId,
    publicMetadata: fields.public_metadata ?? user.publicMetadata,
    privateMetadata: fields.private_metadata ?? user.privateMetadata,
    unsafeMetadata: fields.unsafe_metadata ?? user.unsafeMetadata,
    deleteSelfEnabled: fields.delete_self_enabled ?? user.deleteSelfEnabled,
    createOrganizationEnabled: fields.create_organization_enabled ?? user.createOrganizationEnabled,
    createOrganizationsLimit:
      fields.create_organizations_limit === undefined
        ? user.createOrganizationsLimit
        : fields.create_organizations_limit,
    legalAcceptedAt: fields.legal_accepted_at
      ? Date.parse(fields.legal_accepted_at)
      : user.legalAcceptedAt,
    totp: fields.totp_secret ? { secret: fields.totp_secret, pending: false } : user.totp,
    mfaEnabledAt: fields.totp_secret ? now : user.mfaEnabledAt,
    backupCodes: fields.backup_codes ?? user.backupCodes,
    createdAt: fields.created_at ? Date.parse(fields.created_at) : user.createdAt,
  };
}

function given(value: string | null | undefined, stored: string | null): string | null {
  return value === undefined ? stored : value;
}

function requireVerifiedEmail(user: UserRecord, emailId: string | null): void {
  const email = user.emails.find(({ id }) => id === emailId);
  if (email?.verification?.status === 'verified') return;
  throw resourceNotFound('The user has no verified email address with this id.');
}

function requireVerifiedPhone(user: UserRecord, phoneId: string | null): void {
  if (user.phones.some(({ id, verified }) => id === phoneId && verified)) return;
  throw resourceNotFound('The user has no verified phone number with this id.');
}

function requireVerifiedWallet(user: UserRecord, walletId: string | null): void {
  const wallet = user.wallets.find(({ id }) => id === walletId);
  if (wallet !== undefined && wallet.verifiedBy !== null) return;
  throw resourceNotFound('The user has no verified web3 wallet with this id.');
}

type Metadata = Record<string, unknown>;

/**
 * Merges a kind of metadata as Clerk does: merges objects deeply, replaces other values, and removes
 * keys whose new value is `null`.
 *
 * @throws {ClerkApiError} 422 if the result is larger than Clerk allows
 */
export function mergeMetadata<Name extends string>(
  name: Name,
  stored: Metadata,
  { [name]: patch }: Readonly<Partial<Record<Name, Metadata | undefined>>>,
): Metadata {
  if (patch === undefined) return stored;
  const merged = merge(stored, patch);
  requireMetadataSize(name, merged);
  return merged;
}

function merge(stored: Metadata, patch: Metadata): Metadata {
  const merged = new Map(Object.entries(stored));
  for (const [key, value] of Object.entries(patch)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(value) ? merge(isObject(old) ? old : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
