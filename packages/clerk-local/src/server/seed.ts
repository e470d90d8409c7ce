import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { parseParameters } from '../domain/shared/parameters.js';
import { createUserSchema } from '../domain/users/user-input.js';
import type { Instance } from './instance.js';
import { seedSchema, type ParsedSeed } from './seed-schema.js';

/**
 * Reads a seed file (YAML or JSON).
 *
 * @throws {ClerkLocalError} `seed_invalid`
 */
export async function readSeedFile(file: string): Promise<ParsedSeed> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw invalid(`The seed file ${file} cannot be read${reason}.`, { cause });
  });
  const text = decode(bytes, file);
  // JSON is a subset of YAML.
  const { parse } = await import('./yaml.js');
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (cause) {
    const [reason = ''] = cause instanceof Error ? cause.message.split(/:?\n/) : [];
    throw invalid(`The seed file ${file} is not valid YAML: ${reason}.`, { cause });
  }
  return parseSeed(content, `The seed file ${file}`);
}

/** Without a byte order mark. Some shells on Windows write UTF-16. */
function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid(`The seed file ${file} is not in UTF-8.`, { cause });
  }
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
    const problem = needsQuotes(issue, content)
      ? 'it is read as a number or a boolean; put it in quotes to make it a text'
      : issue.message;
    throw invalid(`${name} is not valid at ${path || 'its top level'}: ${problem}.`);
  }
  const members = issue.keys.map((key) => [path, key].filter((part) => part !== '').join('.'));
  throw invalid(`${name} has a member that is unknown: ${members.join(', ')}.`);
}

/** Whether a text lacks quotes: YAML reads `+15555550100` as a number and `true` as a boolean. */
function needsQuotes(issue: z.core.$ZodIssue, content: unknown): boolean {
  if (issue.code !== 'invalid_type' || issue.expected !== 'string') return false;
  const value = issue.path.reduce<unknown>((node, key) => Reflect.get(Object(node), key), content);
  return typeof value === 'number' || typeof value === 'boolean';
}

/** Returns the issue to report: for a union, that of the alternative that fits best. */
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
 * Creates the users and organizations of a seed that do not exist yet; those of an earlier start
 * are not changed.
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
    parseParameters(createUserSchema, {
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
    }),
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
    await organizations.members.add(created.id, { userId, role });
  }
}

function invalid(reason: string, options: ErrorOptions = {}): ClerkLocalError {
  return new ClerkLocalError('seed_invalid', reason, 'Correct it, and start again.', options);
}
