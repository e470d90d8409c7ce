import { z } from 'zod';
import { signInRecordSchema, signUpRecordSchema } from './attempt-records.js';

export const sessionStatusSchema = z.enum([
  'active',
  /** The user still has to complete the session's tasks. */
  'pending',
  'revoked',
  'ended',
  'expired',
  'removed',
  'abandoned',
  'replaced',
]);

/** A stored session. Times are milliseconds since the epoch. */
export const sessionRecordSchema = z.object({
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

/** A stored browser. Its sessions carry its id. Times are milliseconds since the epoch. */
export const clientRecordSchema = z.object({
  id: z.string(),
  /** The browser's bearer token, sent with every call (`__clerk_db_jwt`). */
  devBrowser: z.string(),
  signIn: signInRecordSchema.nullable(),
  signUp: signUpRecordSchema.nullable(),
  lastActiveSessionId: z.string().nullable(),
  /** The application that the browser last opened, such as `http://localhost:3000`. */
  homeOrigin: z.string().nullable().default(null),
  createdAt: z.number(),
  /** Changes only at sign-in and sign-out: Clerk's SDKs refuse tokens issued before it. */
  updatedAt: z.number(),
});
export type ClientRecord = z.infer<typeof clientRecordSchema>;
