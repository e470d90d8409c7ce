import { z } from 'zod';
import { passkeyRecordSchema } from './passkey-record.js';
import { trustedDeviceRecordSchema } from './trusted-device-record.js';
import { walletRecordSchema, type WalletRecord } from './wallet-record.js';

const metadataSchema = z.record(z.string(), z.unknown());

const emailRecordSchema = z.object({
  id: z.string(),
  /** Lower case. */
  address: z.string(),
  /** `admin`: set through the Backend API. Otherwise how the user verified it. */
  verification: z
    .object({
      status: z.enum(['verified', 'unverified']),
      strategy: z.union([
        z.enum(['admin', 'email_code', 'email_link']),
        z.templateLiteral(['from_oauth_', z.string()]),
      ]),
    })
    .nullable(),
  /** Whether the user can sign in with it before it is verified. */
  reserved: z.boolean().default(false),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type EmailRecord = z.infer<typeof emailRecordSchema>;

const phoneRecordSchema = z.object({
  id: z.string(),
  /** In the format E.164, such as `+15555550100`. */
  number: z.string(),
  verified: z.boolean(),
  /** Whether the user can sign in with it before it is verified. */
  reserved: z.boolean().default(false),
  /** Whether a code was sent. Codes are refused before that. */
  codeSent: z.boolean().default(false),
  /** Whether the user receives codes as a second factor at it. */
  reservedForSecondFactor: z.boolean().default(false),
  defaultSecondFactor: z.boolean().default(false),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type PhoneRecord = z.infer<typeof phoneRecordSchema>;

/** An account at an OAuth provider. Times are milliseconds since the epoch. */
const externalAccountRecordSchema = z.object({
  id: z.string(),
  identificationId: z.string(),
  /** Such as `google`. */
  provider: z.string(),
  providerUserId: z.string(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  /** Why the user could not connect it; `null` for a connected account. */
  error: z.string().nullable().default(null),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type ExternalAccountRecord = z.infer<typeof externalAccountRecordSchema>;

/** A stored user. Times are milliseconds since the epoch. */
export const userRecordSchema = z.object({
  id: z.string(),
  externalId: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  username: z.string().nullable().default(null),
  locale: z.string().nullable(),
  /** A picture instead of the drawn avatar. */
  imageUrl: z.string().nullable().default(null),
  banned: z.boolean().default(false),
  locked: z.boolean().default(false),
  /** Whether the password is known from a leak: the user must choose another one. */
  passwordCompromised: z.boolean().default(false),
  /** The secret of the authenticator app in base32. `pending` until a first code was checked. */
  totp: z.object({ secret: z.string(), pending: z.boolean() }).nullable().default(null),
  /** The codes that were not used yet. */
  backupCodes: z.array(z.string()).nullable().default(null),
  mfaEnabledAt: z.number().nullable().default(null),
  mfaDisabledAt: z.number().nullable().default(null),
  createOrganizationEnabled: z.boolean().default(true),
  createOrganizationsLimit: z.number().nullable().default(null),
  legalAcceptedAt: z.number().nullable().default(null),
  externalAccounts: z.array(externalAccountRecordSchema).default([]),
  passkeys: z.array(passkeyRecordSchema).default([]),
  /** No API shows them with the user. */
  trustedDevices: z.array(trustedDeviceRecordSchema).default([]),
  wallets: z.array(walletRecordSchema).default([]),
  primaryWalletId: z.string().nullable().default(null),
  phones: z.array(phoneRecordSchema).default([]),
  primaryPhoneId: z.string().nullable().default(null),
  emails: z.array(emailRecordSchema),
  primaryEmailId: z.string().nullable(),
  /** Leaves this process only in the state file. */
  passwordHash: z.string().nullable(),
  passwordUpdatedAt: z.number().nullable(),
  publicMetadata: metadataSchema,
  privateMetadata: metadataSchema,
  unsafeMetadata: metadataSchema,
  deleteSelfEnabled: z.boolean(),
  createdAt: z.number(),
  /** Strictly increases with every change: consumers use it as the version of the profile. */
  updatedAt: z.number(),
  /** The active organization of the next session; `null` for the personal account. */
  lastActiveOrganizationId: z.string().nullable().default(null),
  lastSignInAt: z.number().nullable(),
  lastActiveAt: z.number().nullable(),
});
export type UserRecord = z.infer<typeof userRecordSchema>;

/** Returns the email address with the id `primaryEmailId`, if the user has it. */
export function primaryEmail(user: UserRecord): EmailRecord | undefined {
  return user.emails.find(({ id }) => id === user.primaryEmailId);
}

/** Returns the phone number with the id `primaryPhoneId`, if the user has it. */
export function primaryPhone(user: UserRecord): PhoneRecord | undefined {
  return user.phones.find(({ id }) => id === user.primaryPhoneId);
}

/** Returns the wallet with the id `primaryWalletId`, if the user has it. */
export function primaryWallet(user: UserRecord): WalletRecord | undefined {
  return user.wallets.find(({ id }) => id === user.primaryWalletId);
}

/** Returns the first and last name, only one of them if the other is missing, or `null`. */
export function fullName({ firstName, lastName }: UserRecord): string | null {
  return [firstName, lastName].filter((name) => name !== null && name !== '').join(' ') || null;
}
