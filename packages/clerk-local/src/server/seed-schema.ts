import { z } from 'zod';
import { webhookEventTypeSchema } from '../domain/state/webhook-records.js';
import { phoneNumber } from '../domain/users/phone-number.js';

const metadata = z.record(z.string(), z.unknown());
const text = z.string().min(1);
const id = (prefix: string): z.ZodString =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9A-Za-z]+$`), `must be ${prefix}_ and letters or digits`);

const userSchema = z.strictObject({
  id: id('user').optional(),
  /** The first becomes the primary address. A text is a verified address. */
  emailAddresses: z.array(
    z.union([
      z.string().transform((emailAddress) => ({ emailAddress, verified: true })),
      z.strictObject({ emailAddress: text, verified: z.boolean().default(true) }),
    ]),
  ),
  password: text.optional(),
  firstName: text.optional(),
  lastName: text.optional(),
  username: text.optional(),
  phoneNumbers: z.array(phoneNumber).default([]),
  externalId: text.optional(),
  imageUrl: z.url().optional(),
  publicMetadata: metadata.optional(),
  privateMetadata: metadata.optional(),
  banned: z.boolean().default(false),
  createdAt: z.iso.datetime({ offset: true }).optional(),
});

const organizationSchema = z.strictObject({
  id: id('org').optional(),
  name: text,
  slug: text.optional(),
  /** `user`: an id or an email address. */
  members: z.array(z.strictObject({ user: text, role: text })).default([]),
});

const webhookSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, 'must be whsec_ and at least 12 bytes in base64')
    .optional(),
  events: z.array(webhookEventTypeSchema).optional(),
});

/** Validates the initial data of an instance. */
export const seedSchema = z.strictObject({
  users: z.array(userSchema).default([]),
  organizations: z.array(organizationSchema).default([]),
  webhooks: z
    .array(webhookSchema)
    .refine((all) => new Set(all.map(({ url }) => url)).size === all.length, {
      error: 'two webhooks have the same url',
    })
    .default([]),
  sessionClaims: z.record(z.string(), z.unknown()).optional(),
});

/** The initial data of an instance. */
export type Seed = z.input<typeof seedSchema>;
export type ParsedSeed = z.output<typeof seedSchema>;
