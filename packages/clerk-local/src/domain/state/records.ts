import { z } from 'zod';
import { instanceKeysSchema } from './instance-keys.js';

const metadataSchema = z.record(z.string(), z.unknown());

const emailRecordSchema = z.object({
  id: z.string(),
  /** Lower case. */
  address: z.string(),
  /** `admin`: set through the Backend API; `email_code`: proved by a code. */
  verification: z
    .object({
      status: z.enum(['verified', 'unverified']),
      strategy: z.enum(['admin', 'email_code']),
    })
    .nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type EmailRecord = z.infer<typeof emailRecordSchema>;

/** How a user is stored. Times are milliseconds since the epoch. */
const userRecordSchema = z.object({
  id: z.string(),
  externalId: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  locale: z.string().nullable(),
  emails: z.array(emailRecordSchema),
  primaryEmailId: z.string().nullable(),
  /** Never leaves this process but for the state file. */
  passwordHash: z.string().nullable(),
  passwordUpdatedAt: z.number().nullable(),
  publicMetadata: metadataSchema,
  privateMetadata: metadataSchema,
  unsafeMetadata: metadataSchema,
  deleteSelfEnabled: z.boolean(),
  createdAt: z.number(),
  /** Grows strictly with every change: consumers use it as the version of a profile. */
  updatedAt: z.number(),
  lastSignInAt: z.number().nullable(),
  lastActiveAt: z.number().nullable(),
});
export type UserRecord = z.infer<typeof userRecordSchema>;

/** The address that `primaryEmailId` names, if the user has it. */
export function primaryEmail(user: UserRecord): EmailRecord | undefined {
  return user.emails.find(({ id }) => id === user.primaryEmailId);
}

/** First and last name, or the one there is, or `null`. */
export function fullName({ firstName, lastName }: UserRecord): string | null {
  return [firstName, lastName].filter((name) => name !== null && name !== '').join(' ') || null;
}

/** How a session is stored. Times are milliseconds since the epoch. */
const sessionRecordSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  userId: z.string(),
  status: z.enum(['active', 'revoked', 'ended', 'expired', 'removed', 'abandoned', 'replaced']),
  createdAt: z.number(),
  updatedAt: z.number(),
  lastActiveAt: z.number(),
  expireAt: z.number(),
  abandonAt: z.number(),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;

/** A sign-in under way. One that is complete is a session and is no longer stored. */
const signInRecordSchema = z.object({
  id: z.string(),
  /** The address as it was given; `null` until then. */
  identifier: z.string().nullable(),
  /** Whose address that is. */
  userId: z.string().nullable(),
  /** Whether a code was sent, so that one can be tried. */
  codeSent: z.boolean(),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
});
export type SignInRecord = z.infer<typeof signInRecordSchema>;

/** A sign-up under way. One that is complete is a user and is no longer stored. */
const signUpRecordSchema = z.object({
  id: z.string(),
  /** Lower case. */
  email: z.string().nullable(),
  /** How far the proof of the address is. */
  emailCode: z.enum(['not_sent', 'sent', 'verified']),
  passwordHash: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  locale: z.string().nullable(),
  unsafeMetadata: z.record(z.string(), z.unknown()),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
});
export type SignUpRecord = z.infer<typeof signUpRecordSchema>;

/** A browser. Its sessions are those that carry its id. Times are milliseconds since the epoch. */
const clientRecordSchema = z.object({
  id: z.string(),
  /** What the browser shows with every call (`__clerk_db_jwt`): whoever has it is this client. */
  devBrowser: z.string(),
  signIn: signInRecordSchema.nullable(),
  signUp: signUpRecordSchema.nullable(),
  lastActiveSessionId: z.string().nullable(),
  createdAt: z.number(),
  /** Of the last sign-in or sign-out and of nothing else: a token issued before it is refused. */
  updatedAt: z.number(),
});
export type ClientRecord = z.infer<typeof clientRecordSchema>;

export const webhookEventTypeSchema = z.enum(['user.created', 'user.updated', 'user.deleted']);
export type WebhookEventType = z.infer<typeof webhookEventTypeSchema>;

/** A webhook on its way. Stored until it is delivered or given up. */
const webhookMessageSchema = z.object({
  /** Unique in the queue: a duplicate has a key of its own. */
  key: z.string(),
  /** The `svix-id`: the same for every attempt, and for a duplicate. */
  id: z.string(),
  type: webhookEventTypeSchema,
  userId: z.string(),
  /** The exact text that is signed and sent. */
  body: z.string(),
  /** Attempts already made. */
  attempts: z.int().nonnegative(),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;

/** The state file: all that survives a restart. */
export const stateSchema = z.object({
  version: z.literal(1),
  /** Where the instance answered when it last started; how commands find it. */
  url: z.string().nullable(),
  keys: instanceKeysSchema,
  /** PKCS #8. */
  signingKey: z.string(),
  users: z.array(userRecordSchema),
  sessions: z.array(sessionRecordSchema),
  /** Empty where the file is older than they are. */
  clients: z.array(clientRecordSchema).default([]),
  /** Not delivered yet, oldest first. */
  webhooks: z.array(webhookMessageSchema),
});
export type State = z.infer<typeof stateSchema>;
