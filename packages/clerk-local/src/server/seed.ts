import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { webhookEventTypeSchema } from '../domain/state/records.js';
import { phoneNumber } from '../domain/users/phone-number.js';
import type { Instance } from './instance.js';

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

const seedSchema = z.strictObject({
  users: z.array(userSchema).default([]),
  organizations: z.array(organizationSchema).default([]),
  webhooks: z.array(webhookSchema).default([]),
  sessionClaims: z.record(z.string(), z.unknown()).optional(),
});

/** What an instance has from its start. */
export type Seed = z.input<typeof seedSchema>;
export type ParsedSeed = z.output<typeof seedSchema>;

/**
 * Reads a seed file (YAML or JSON).
 *
 * @throws {ClerkLocalError} `seed_invalid`
 */
export async function readSeedFile(file: string): Promise<ParsedSeed> {
  let content: unknown;
  try {
    // Loaded here, because starts without a seed file do not need it. JSON is a subset of YAML.
    const { parse } = await import('yaml');
    content = parse(await readFile(file, 'utf8')) ?? {};
  } catch (cause) {
    throw invalid(`The seed file ${file} is not readable or not YAML.`, { cause });
  }
  return parseSeed(content, `The seed file ${file}`);
}

/**
 * Validates a seed.
 *
 * @param name begins the error message
 * @throws {ClerkLocalError} `seed_invalid`, which names the invalid or unknown member
 */
export function parseSeed(content: unknown, name = 'The seed'): ParsedSeed {
  const result = seedSchema.safeParse(content);
  if (result.success) return result.data;
  const issue = firstIssue(result.error.issues);
  const path = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') {
    throw invalid(`${name} is not valid at ${path || 'its top level'}: ${issue.message}.`);
  }
  const members = issue.keys.map((key) => [path, key].filter((part) => part !== '').join('.'));
  throw invalid(`${name} has a member that is unknown: ${members.join(', ')}.`);
}

/** The issue to report: of a union, the one of the alternative that fits best. */
function firstIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const [issue] = issues;
  if (issue === undefined) throw new TypeError('A failed parse has an issue.');
  if (issue.code !== 'invalid_union') return issue;
  const nested = issue.errors
    .flat()
    .find(({ code, path }) => code === 'unrecognized_keys' || path.length > 0);
  return nested === undefined ? issue : { ...nested, path: [...issue.path, ...nested.path] };
}

/**
 * Creates the users and organizations of a seed that do not exist yet: those of an earlier start
 * stay as they are.
 *
 * @throws {ClerkLocalError} `seed_invalid`
 */
export async function applySeed(seed: ParsedSeed, instance: Instance): Promise<void> {
  for (const [index, user] of seed.users.entries()) {
    await named(`users.${index}`, () => seedUser(user, instance));
  }
  for (const [index, organization] of seed.organizations.entries()) {
    await named(`organizations.${index}`, () => seedOrganization(organization, instance));
  }
}

async function named(path: string, create: () => Promise<void>): Promise<void> {
  try {
    await create();
  } catch (cause) {
    if (!(cause instanceof ClerkApiError)) throw cause;
    const member = cause.paramName === undefined ? '' : ` (${cause.paramName})`;
    const reason = cause.longMessage.replace(/\.?$/, '.');
    throw invalid(`The seed is not valid at ${path}${member}: ${reason}`, { cause });
  }
}

type SeedUser = ParsedSeed['users'][number];

async function seedUser(seed: SeedUser, { users }: Instance): Promise<void> {
  const addresses = seed.emailAddresses.map(({ emailAddress }) => emailAddress);
  const known =
    (seed.id !== undefined && users.directory.has(seed.id)) ||
    addresses.some((address) => users.directory.findByEmail(address) !== undefined);
  if (known) return;
  const verified = new Map(
    seed.emailAddresses.map(({ emailAddress, verified: isVerified }) => [
      emailAddress.trim().toLowerCase(),
      isVerified,
    ]),
  );
  await users.create(
    {
      email_address: addresses,
      phone_number: seed.phoneNumbers,
      username: seed.username,
      password: seed.password,
      skip_password_checks: true,
      skip_user_requirement: true,
      first_name: seed.firstName,
      last_name: seed.lastName,
      external_id: seed.externalId,
      public_metadata: seed.publicMetadata,
      private_metadata: seed.privateMetadata,
      created_at: seed.createdAt,
    },
    (record) => ({
      ...record,
      id: seed.id ?? record.id,
      imageUrl: seed.imageUrl ?? null,
      banned: seed.banned,
      emails: record.emails.map((email) =>
        verified.get(email.address) === false ? { ...email, verification: null } : email,
      ),
    }),
  );
}

type SeedOrganization = ParsedSeed['organizations'][number];

async function seedOrganization(
  { id: organizationId, name, slug, members }: SeedOrganization,
  { users, organizations, store }: Instance,
): Promise<void> {
  const known = [...store.organizations.values()].some(
    (each) =>
      each.id === organizationId || (slug === undefined ? each.name === name : each.slug === slug),
  );
  if (known) return;
  const created = await organizations.create({
    id: organizationId,
    name,
    slug,
    maxAllowedMemberships: 0,
  });
  for (const { user, role } of members) {
    const userId = users.directory.findByEmail(user)?.id ?? user;
    await organizations.addMember(created.id, { userId, role });
  }
}

function invalid(reason: string, options: ErrorOptions = {}): ClerkLocalError {
  return new ClerkLocalError('seed_invalid', reason, 'Correct it, and start again.', options);
}
