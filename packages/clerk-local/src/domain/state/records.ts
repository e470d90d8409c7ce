import { z } from 'zod';
import { instanceKeysSchema } from './instance-keys.js';
import { passkeyRecordSchema, passkeyRequestSchema } from './passkey-record.js';
import { settingsSchema } from './settings.js';

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
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type EmailRecord = z.infer<typeof emailRecordSchema>;

const phoneRecordSchema = z.object({
  id: z.string(),
  /** In the format E.164, such as `+15555550100`. */
  number: z.string(),
  verified: z.boolean(),
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
const userRecordSchema = z.object({
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

/** Returns the first and last name, only one of them if the other is missing, or `null`. */
export function fullName({ firstName, lastName }: UserRecord): string | null {
  return [firstName, lastName].filter((name) => name !== null && name !== '').join(' ') || null;
}

export const sessionStatusSchema = z.enum([
  'active',
  /** Until the user has done the tasks of the session. */
  'pending',
  'revoked',
  'ended',
  'expired',
  'removed',
  'abandoned',
  'replaced',
]);

/** A stored session. Times are milliseconds since the epoch. */
const sessionRecordSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  userId: z.string(),
  status: sessionStatusSchema,
  createdAt: z.number(),
  updatedAt: z.number(),
  lastActiveAt: z.number(),
  expireAt: z.number(),
  abandonAt: z.number(),
  /** The user who acts as this user (impersonation). */
  actor: z.record(z.string(), z.unknown()).nullable().default(null),
  organizationId: z.string().nullable().default(null),
  /** When the user last verified a first factor; `null`: at the sign-in. */
  firstFactorAt: z.number().nullable().default(null),
  /** When the user last verified a second factor; `null`: never. */
  secondFactorAt: z.number().nullable().default(null),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;

/** Who the visitor is at a provider. */
const providerIdentitySchema = z.object({
  /** Lower case, and verified by the provider. */
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
});
export type ProviderIdentity = z.infer<typeof providerIdentitySchema>;

/** The part of a sign-in or sign-up that happens at a provider. */
const providerAttemptSchema = z.object({
  /** Such as `oauth_google`. */
  strategy: z.string(),
  status: z.enum(['unverified', 'verified', 'failed', 'transferable']),
  /** The provider's page. */
  url: z.string(),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      long_message: z.string(),
      meta: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  /** `null` until the visitor has chosen. */
  identity: providerIdentitySchema.nullable(),
});
export type ProviderAttempt = z.infer<typeof providerAttemptSchema>;

/** A sign-in in progress. A complete sign-in is stored as a session instead. */
const signInRecordSchema = z.object({
  id: z.string(),
  /** The email address as entered; `null` until then. */
  identifier: z.string().nullable(),
  /** The user with that address. */
  userId: z.string().nullable(),
  /** Whether a code was sent. Codes are refused before that. */
  codeSent: z.boolean(),
  /** What the last code was sent for. */
  codeStrategy: z
    .enum([
      'email_code',
      'email_link',
      'phone_code',
      'reset_password_email_code',
      'reset_password_phone_code',
    ])
    .default('email_code'),
  /** What is still missing. */
  stage: z.enum(['first_factor', 'second_factor', 'new_password']).default('first_factor'),
  provider: providerAttemptSchema.nullable().default(null),
  /** What the browser is asked to sign with a passkey. */
  passkey: passkeyRequestSchema.nullable().default(null),
  /** The session, if the sign-in was completed by a page outside the application. */
  sessionId: z.string().nullable().default(null),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
});
export type SignInRecord = z.infer<typeof signInRecordSchema>;
export type CodeStrategy = SignInRecord['codeStrategy'];

const requiredFieldSchema = z.enum([
  'email_address',
  'password',
  'first_name',
  'last_name',
  'username',
]);
export type RequiredField = z.infer<typeof requiredFieldSchema>;

/** A sign-up in progress. A complete sign-up is stored as a user instead. */
const signUpRecordSchema = z.object({
  id: z.string(),
  /** Lower case. */
  email: z.string().nullable(),
  /** The progress of verifying the email address. */
  emailCode: z.enum(['not_sent', 'sent', 'verified']),
  /** What the last email carried. */
  emailStrategy: z.enum(['email_code', 'email_link']).default('email_code'),
  passwordHash: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  locale: z.string().nullable(),
  unsafeMetadata: z.record(z.string(), z.unknown()),
  username: z.string().nullable().default(null),
  /** In the format E.164. */
  phone: z.string().nullable().default(null),
  /** The progress of verifying the phone number. */
  phoneCode: z.enum(['not_sent', 'sent', 'verified']).default('not_sent'),
  /** What the instance required when the sign-up began. */
  requiredFields: z
    .array(requiredFieldSchema)
    .default(['email_address', 'password', 'first_name', 'last_name']),
  externalId: z.string().nullable().default(null),
  /** Whether a server has to act before the sign-up can complete. */
  customAction: z.boolean().default(false),
  provider: providerAttemptSchema.nullable().default(null),
  /** The result, if the sign-up was completed by a page outside the application. */
  completed: z.object({ sessionId: z.string(), userId: z.string() }).nullable().default(null),
  /** The ticket of the invitation that the sign-up follows. */
  ticket: z.string().nullable().default(null),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
});
export type SignUpRecord = z.infer<typeof signUpRecordSchema>;

/** A complete sign-up, which only the Backend API still shows. */
const completedSignUpSchema = z.object({
  record: signUpRecordSchema,
  completed: z.object({ sessionId: z.string(), userId: z.string() }),
});
export type CompletedSignUp = z.infer<typeof completedSignUpSchema>;

/** A stored browser. Its sessions carry its id. Times are milliseconds since the epoch. */
const clientRecordSchema = z.object({
  id: z.string(),
  /** The browser's bearer token, sent with every call (`__clerk_db_jwt`). */
  devBrowser: z.string(),
  signIn: signInRecordSchema.nullable(),
  signUp: signUpRecordSchema.nullable(),
  lastActiveSessionId: z.string().nullable(),
  createdAt: z.number(),
  /** Changes only at sign-in and sign-out: Clerk's SDKs refuse tokens issued before it. */
  updatedAt: z.number(),
});
export type ClientRecord = z.infer<typeof clientRecordSchema>;

/** The types of the events that are sent as webhooks. */
export const webhookEventTypeSchema = z.enum([
  'email.created',
  'organization.created',
  'organization.updated',
  'organization.deleted',
  'organizationDomain.created',
  'organizationDomain.updated',
  'organizationDomain.deleted',
  'organizationInvitation.created',
  'organizationInvitation.accepted',
  'organizationInvitation.revoked',
  'organizationMembership.created',
  'organizationMembership.updated',
  'organizationMembership.deleted',
  'permission.created',
  'permission.updated',
  'permission.deleted',
  'role.created',
  'role.updated',
  'role.deleted',
  'session.created',
  'session.ended',
  'session.pending',
  'session.removed',
  'session.revoked',
  'sms.created',
  'user.created',
  'user.updated',
  'user.deleted',
  'waitlistEntry.created',
  'waitlistEntry.updated',
]);
export type WebhookEventType = z.infer<typeof webhookEventTypeSchema>;

/** Called with every change before the store is committed, so that both are stored together. */
export type EmitEvent = (type: WebhookEventType, data: object, userId?: string) => void;

const organizationRecordSchema = z.object({
  id: z.string(),
  /** A logo instead of the drawn one. */
  imageUrl: z.string().nullable().default(null),
  name: z.string(),
  slug: z.string(),
  maxAllowedMemberships: z.number(),
  adminDeleteEnabled: z.boolean(),
  publicMetadata: metadataSchema,
  privateMetadata: metadataSchema,
  createdBy: z.string().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type OrganizationRecord = z.infer<typeof organizationRecordSchema>;

const membershipRecordSchema = z.object({
  id: z.string(),
  organizationId: z.string(),
  userId: z.string(),
  /** Such as `org:admin`. */
  role: z.string(),
  publicMetadata: metadataSchema,
  privateMetadata: metadataSchema,
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type MembershipRecord = z.infer<typeof membershipRecordSchema>;

/** An object without a schema of its own, in the form in which the Backend API returns it. */
const objectRecordSchema = z.looseObject({
  id: z.string(),
  /** The kind, such as `redirect_url`. */
  object: z.string(),
});
export type ObjectRecord = z.infer<typeof objectRecordSchema>;

/** A pending webhook. It is stored until it is delivered or its last attempt fails. */
const webhookMessageSchema = z.object({
  /** Unique in the queue: a duplicate has its own key. */
  key: z.string(),
  /** The `svix-id`: the same for every attempt and for a duplicate. */
  id: z.string(),
  type: webhookEventTypeSchema,
  /** The user that a `user.…` event is about; empty for other events. */
  userId: z.string(),
  /** The endpoint. Missing in files of earlier versions, which had one endpoint. */
  url: z.string().optional(),
  /** The exact text that is signed and sent. */
  body: z.string(),
  /** The number of attempts made so far. */
  attempts: z.int().nonnegative(),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;

/** The content of the state file: everything that survives a restart. */
export const stateSchema = z.object({
  version: z.literal(1),
  /** The URL of the last start, from which commands find the instance; `null` before the first. */
  url: z.string().nullable(),
  keys: instanceKeysSchema,
  /** PKCS #8. */
  signingKey: z.string(),
  users: z.array(userRecordSchema),
  sessions: z.array(sessionRecordSchema),
  /** Missing in files that were written before browsers were stored. */
  clients: z.array(clientRecordSchema).default([]),
  completedSignUps: z.array(completedSignUpSchema).default([]),
  organizations: z.array(organizationRecordSchema).default([]),
  memberships: z.array(membershipRecordSchema).default([]),
  objects: z.array(objectRecordSchema).default([]),
  settings: settingsSchema.default(settingsSchema.parse({})),
  /** How many ids were created of each kind, if ids are reproducible. */
  ids: z.record(z.string(), z.number()).default({}),
  /** Pending webhooks, oldest first. */
  webhooks: z.array(webhookMessageSchema),
});
export type State = z.infer<typeof stateSchema>;
