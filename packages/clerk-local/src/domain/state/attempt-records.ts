import { z } from 'zod';
import { passkeyRequestSchema } from './passkey-record.js';
import { deviceChallengeSchema } from './trusted-device-record.js';
import { walletChallengeSchema } from './wallet-record.js';

/** The visitor's identity at a provider. */
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
export const signInRecordSchema = z.object({
  id: z.string(),
  /** The email address as entered; `null` until then. */
  identifier: z.string().nullable(),
  /** The user with that address. */
  userId: z.string().nullable(),
  /** Whether a code was sent. Codes are refused before that. */
  codeSent: z.boolean(),
  /** The purpose of the last code. */
  codeStrategy: z
    .enum([
      'email_code',
      'email_link',
      'phone_code',
      'reset_password_email_code',
      'reset_password_phone_code',
    ])
    .default('email_code'),
  /** The requirements that are still missing. */
  stage: z.enum(['first_factor', 'second_factor', 'new_password']).default('first_factor'),
  provider: providerAttemptSchema.nullable().default(null),
  /** The challenge for the browser to sign with a passkey. */
  passkey: passkeyRequestSchema.nullable().default(null),
  /** The challenge for a wallet to sign. */
  wallet: walletChallengeSchema.extend({ walletId: z.string() }).nullable().default(null),
  /** The challenge for a trusted device to sign. */
  device: deviceChallengeSchema.extend({ deviceId: z.string() }).nullable().default(null),
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
export const signUpRecordSchema = z.object({
  id: z.string(),
  /** Lower case. */
  email: z.string().nullable(),
  /** The progress of verifying the email address. */
  emailCode: z.enum(['not_sent', 'sent', 'verified']),
  /** Whether the last email contained a code or a link. */
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
  wallet: z
    .object({
      address: z.string(),
      /** `null` until a signature is asked for. */
      challenge: walletChallengeSchema.nullable(),
      verified: z.boolean(),
    })
    .nullable()
    .default(null),
  /** The instance's requirements when the sign-up began. */
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
export const completedSignUpSchema = z.object({
  record: signUpRecordSchema,
  completed: z.object({ sessionId: z.string(), userId: z.string() }),
});
export type CompletedSignUp = z.infer<typeof completedSignUpSchema>;
