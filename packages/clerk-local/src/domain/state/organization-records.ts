import { z } from 'zod';

const metadataSchema = z.record(z.string(), z.unknown());

export const organizationRecordSchema = z.object({
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

export const membershipRecordSchema = z.object({
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
