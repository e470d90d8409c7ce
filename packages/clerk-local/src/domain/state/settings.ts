import { z } from 'zod';

const enrollmentModeSchema = z.enum([
  'manual_invitation',
  'automatic_invitation',
  'automatic_suggestion',
]);

/** The changes of an instance to a template. Missing: unchanged. */
const templateChangeSchema = z.object({
  name: z.string().optional(),
  subject: z.string().nullish(),
  /** The editor's source of the body. */
  markup: z.string().nullish(),
  body: z.string().optional(),
  deliveredByClerk: z.boolean().nullish(),
  fromEmailName: z.string().optional(),
  replyToEmailName: z.string().optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type TemplateChange = z.infer<typeof templateChangeSchema>;

/** The settings of the whole instance, from Clerk's Dashboard and the Backend API. */
export const settingsSchema = z.object({
  testMode: z.boolean().default(true),
  hibp: z.boolean().default(false),
  supportEmail: z.string().nullable().default(null),
  clerkJsVersion: z.string().nullable().default(null),
  developmentOrigin: z.string().default(''),
  allowedOrigins: z.array(z.string()).default([]),
  cookielessDev: z.boolean().default(false),
  urlBasedSessionSyncing: z.boolean().default(true),
  preferredSignInStrategy: z.enum(['password', 'otp']).default('password'),
  /** Whether only identifiers of the allow-list can sign up. */
  allowlist: z.boolean().default(false),
  /** On by default: without entries, it has no effect. */
  blocklist: z.boolean().default(true),
  listsDisabledOnSignIn: z.boolean().default(false),
  blockEmailSubaddresses: z.boolean().default(false),
  blockDisposableEmailDomains: z.boolean().default(false),
  /** The site of the primary domain; `null`: the host of the publishable key. */
  homeUrl: z.string().nullable().default(null),
  fromEmailAddress: z.string().default('noreply'),
  progressiveSignUp: z.boolean().default(true),
  rulesEnabled: z.boolean().default(false),
  specterEnabled: z.boolean().default(false),
  blockedCountryCodes: z.array(z.string()).default([]),
  organizationsEnabled: z.boolean().default(true),
  /** The member limit of new organizations. 0: no limit. */
  maxAllowedMemberships: z.number().default(5),
  adminDeleteEnabled: z.boolean().default(true),
  domainsEnabled: z.boolean().default(true),
  slugDisabled: z.boolean().default(false),
  domainsEnrollmentModes: z
    .array(enrollmentModeSchema)
    .default(['manual_invitation', 'automatic_invitation', 'automatic_suggestion']),
  creatorRole: z.string().default('org:admin'),
  domainsDefaultRole: z.string().default('org:member'),
  /** The changed templates, by channel and slug, such as `email/verification_code`. */
  templates: z.record(z.string(), templateChangeSchema).default({}),
  /** Whether webhooks are sent. */
  svixApp: z.boolean().default(true),
});
export type Settings = z.infer<typeof settingsSchema>;
