import { z } from 'zod';

/** A sign-up under way. One that is complete is a user and is no longer stored. */
export const signUpRecordSchema = z.object({
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
