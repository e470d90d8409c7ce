import { z } from 'zod';

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
export const userRecordSchema = z.object({
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
