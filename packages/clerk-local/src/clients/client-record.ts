import { z } from 'zod';
import { signInRecordSchema } from './sign-in-record.js';
import { signUpRecordSchema } from './sign-up-record.js';

/** A browser. Its sessions are those that carry its id. Times are milliseconds since the epoch. */
export const clientRecordSchema = z.object({
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
