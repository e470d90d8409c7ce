import { z } from 'zod';

/** A sign-in under way. One that is complete is a session and is no longer stored. */
export const signInRecordSchema = z.object({
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
