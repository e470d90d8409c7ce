import { ClerkLocalError } from '../shared/clerk-local-error.js';
import {
  fullName,
  primaryEmail,
  primaryPhone,
  primaryWallet,
  type UserRecord,
} from '../state/user-records.js';

/** A compiled template: returns the claims for one user. */
export type ClaimsTemplate = (user: ShortcodeUser) => Record<string, unknown>;

/** The claims that Populatte needs under Sessions → Customize session token. */
export const defaultSessionTokenClaims: Readonly<Record<string, unknown>> = {
  email: '{{user.primary_email_address}}',
  name: '{{user.full_name}}',
  imageUrl: '{{user.image_url}}',
  updatedAt: '{{user.updated_at}}',
};

/** Claims that Clerk sets itself. A template cannot overwrite them. */
const reserved: ReadonlySet<string> = new Set(
  'act azp exp fea fva iat iss jti nbf o org_id org_permissions org_role org_slug pla sid sts sub v'.split(
    ' ',
  ),
);

type Node = (user: ShortcodeUser) => unknown;

/**
 * Compiles a template like Clerk's "Customize session token".
 *
 * @param template JSON values by claim name. A string that consists of one shortcode takes the
 *   type of its value (`null` if there is none). With text around it, it stays a string.
 * @throws {ClerkLocalError} `invalid_option` for a reserved claim or an unknown shortcode
 */
export function compileClaimsTemplate(template: Readonly<Record<string, unknown>>): ClaimsTemplate {
  for (const claim of Object.keys(template)) {
    if (!reserved.has(claim)) continue;
    throw new ClerkLocalError(
      'invalid_option',
      `The token template sets "${claim}", which Clerk sets itself.`,
      'Give the claim another name.',
    );
  }
  return compileObject(template);
}

function compile(value: unknown): Node {
  if (typeof value === 'string') return compileString(parseTemplateString(value));
  if (Array.isArray(value)) {
    const items = value.map(compile);
    return (user) => items.map((item) => item(user));
  }
  if (typeof value === 'object' && value !== null) return compileObject(value);
  return () => value;
}

function compileObject(value: object): ClaimsTemplate {
  const entries = Object.entries(value).map(([key, item]) => [key, compile(item)] as const);
  return (user) => Object.fromEntries(entries.map(([key, item]) => [key, item(user)]));
}

function compileString(parts: readonly TemplatePart[]): Node {
  const nodes = parts.map(compilePart);
  const [only] = nodes;
  if (nodes.length === 1 && only) return only;
  return (user) => nodes.map((node) => asText(node(user))).join('');
}

function compilePart(part: TemplatePart): Node {
  if (part.kind === 'literal') return () => part.text;
  for (const operand of part.operands) {
    if (operand.kind === 'path' && !isKnownPath(operand.path)) throw unknownShortcode(operand.path);
  }
  return (user) => {
    const values = part.operands.map((operand) =>
      operand.kind === 'text' ? operand.text : readPath(operand.path, user),
    );
    return values.find(isPresent) ?? values.at(-1) ?? null;
  };
}

/** Whether `||` stops at a value. */
function isPresent(value: unknown): boolean {
  return value !== null && value !== '' && value !== false;
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function unknownShortcode(path: readonly string[]): ClerkLocalError {
  return new ClerkLocalError(
    'invalid_option',
    `The token template uses {{${path.join('.')}}}, which is not emulated.`,
    'Use a shortcode that the README of clerk-local lists.',
  );
}

/** An operand of `||` in a shortcode: a path such as `user.full_name`, or a quoted text. */
type Operand =
  | { readonly kind: 'path'; readonly path: readonly string[] }
  | { readonly kind: 'text'; readonly text: string };

/** A part of a template string. */
type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'shortcode'; readonly operands: readonly Operand[] };

const shortcodePattern = /\{\{(.*?)\}\}/gs;

/**
 * Splits a template string into literals and shortcodes. `"Hi {{user.first_name || 'you'}}"` is a
 * literal and a shortcode with two operands, of which the first non-empty one is used.
 *
 * @throws {ClerkLocalError} `invalid_option` for a malformed shortcode
 */
function parseTemplateString(source: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of source.matchAll(shortcodePattern)) {
    if (match.index > end) parts.push({ kind: 'literal', text: source.slice(end, match.index) });
    parts.push({ kind: 'shortcode', operands: parseOperands(match[1] ?? '') });
    end = match.index + match[0].length;
  }
  if (end < source.length) parts.push({ kind: 'literal', text: source.slice(end) });
  return parts;
}

function parseOperands(source: string): readonly Operand[] {
  return source.split('||').map((operand) => parseOperand(operand.trim()));
}

function parseOperand(source: string): Operand {
  const text = /^(?:'([^']*)'|"([^"]*)")$/.exec(source);
  if (text) return { kind: 'text', text: text[1] ?? text[2] ?? '' };
  if (/^[A-Za-z_][\w-]*(?:\.[\w-]+)*$/.test(source)) {
    return { kind: 'path', path: source.split('.') };
  }
  throw new ClerkLocalError(
    'invalid_option',
    `The token template contains a malformed shortcode: "${source}".`,
    "Write {{user.full_name}}, {{user.public_metadata.role}} or {{user.full_name || 'text'}}.",
  );
}

/** The data that shortcodes read. */
export interface ShortcodeUser {
  readonly record: UserRecord;
  readonly imageUrl: string;
}

type Reader = (user: ShortcodeUser) => unknown;

/** The values of `{{user.…}}` by Clerk's names. Times are milliseconds since the epoch. */
const readers: Readonly<Record<string, Reader>> = {
  id: ({ record }) => record.id,
  external_id: ({ record }) => record.externalId,
  primary_email_address: ({ record }) => primaryEmail(record)?.address ?? null,
  email_verified: ({ record }) => primaryEmail(record)?.verification?.status === 'verified',
  primary_phone_number: ({ record }) => primaryPhone(record)?.number ?? null,
  primary_web3_wallet: ({ record }) => primaryWallet(record)?.address ?? null,
  phone_number_verified: ({ record }) => primaryPhone(record)?.verified === true,
  two_factor_enabled: ({ record }) => record.totp !== null && !record.totp.pending,
  username: ({ record }) => record.username,
  first_name: ({ record }) => record.firstName,
  last_name: ({ record }) => record.lastName,
  full_name: ({ record }) => fullName(record),
  image_url: ({ imageUrl }) => imageUrl,
  has_image: ({ record }) => record.imageUrl !== null,
  locale: ({ record }) => record.locale,
  created_at: ({ record }) => record.createdAt,
  updated_at: ({ record }) => record.updatedAt,
  last_sign_in_at: ({ record }) => record.lastSignInAt,
  public_metadata: ({ record }) => record.publicMetadata,
  unsafe_metadata: ({ record }) => record.unsafeMetadata,
};

/** The shortcodes that allow a longer path. */
const shortcodesWithPath = new Set(['public_metadata', 'unsafe_metadata']);

/** Whether a path such as `['user', 'public_metadata', 'role']` is a known shortcode. */
function isKnownPath([root, name, ...rest]: readonly string[]): boolean {
  if (root !== 'user' || name === undefined || !Object.hasOwn(readers, name)) return false;
  return rest.length === 0 || shortcodesWithPath.has(name);
}

/** Returns the value at a known path, or `null` if the user has none. */
function readPath(path: readonly string[], user: ShortcodeUser): unknown {
  const [, name, ...rest] = path;
  let value = name === undefined ? undefined : readers[name]?.(user);
  for (const key of rest) value = ownProperty(value, key);
  return value ?? null;
}

function ownProperty(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value as unknown;
}
