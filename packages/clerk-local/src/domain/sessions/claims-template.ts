import { ClerkLocalError } from '../shared/clerk-local-error.js';
import { fullName, primaryEmail, type UserRecord } from '../state/records.js';

/** Fills a template in for one user. */
export type ClaimsTemplate = (user: ShortcodeUser) => Record<string, unknown>;

/** What Populatte asks to be set under Sessions → Customize session token. */
export const defaultSessionTokenClaims: Readonly<Record<string, unknown>> = {
  email: '{{user.primary_email_address}}',
  name: '{{user.full_name}}',
  imageUrl: '{{user.image_url}}',
  updatedAt: '{{user.updated_at}}',
};

/** Claims that Clerk sets itself and that no template can overwrite. */
const reserved: ReadonlySet<string> = new Set(
  'act aud azp exp fea fva iat iss jti nbf o org_id org_permissions org_role org_slug pla sid sts sub v'.split(
    ' ',
  ),
);

type Node = (user: ShortcodeUser) => unknown;

/**
 * Compiles a template like Clerk's "Customize session token".
 *
 * @param template claim names to values of JSON. A string that is one shortcode and nothing else
 *   takes that value's type (`null` where there is none); with text around it, it stays a string.
 * @throws {ClerkLocalError} `invalid_option` for a reserved claim or an unknown shortcode
 */
export function compileClaimsTemplate(template: Readonly<Record<string, unknown>>): ClaimsTemplate {
  for (const claim of Object.keys(template)) {
    if (!reserved.has(claim)) continue;
    throw new ClerkLocalError(
      'invalid_option',
      `The session-token template sets "${claim}", which Clerk sets itself.`,
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
    if (operand.kind === 'path' && !isKnownPath(operand.path)) throw unknown(operand.path);
  }
  return (user) => {
    const values = part.operands.map((operand) =>
      operand.kind === 'text' ? operand.text : readPath(operand.path, user),
    );
    return values.find(isPresent) ?? values.at(-1) ?? null;
  };
}

/** What `||` passes over. */
function isPresent(value: unknown): boolean {
  return value !== null && value !== '' && value !== false;
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function unknown(path: readonly string[]): ClerkLocalError {
  return new ClerkLocalError(
    'invalid_option',
    `The session-token template names {{${path.join('.')}}}, which is not emulated.`,
    'Use the shortcodes that the README of clerk-local lists.',
  );
}

/** One alternative of a shortcode: a path such as `user.full_name`, or a quoted text. */
export type Operand =
  | { readonly kind: 'path'; readonly path: readonly string[] }
  | { readonly kind: 'text'; readonly text: string };

/** A string of the template: literal texts and shortcodes in turn. */
export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'shortcode'; readonly operands: readonly Operand[] };

const SHORTCODE = /\{\{(.*?)\}\}/gs;

/**
 * Splits a template string. `"Hi {{user.first_name || 'you'}}"` is a literal and a shortcode with
 * two operands; the first that is neither missing nor empty counts.
 *
 * @throws {ClerkLocalError} `invalid_option` for a shortcode that cannot be read
 */
function parseTemplateString(source: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of source.matchAll(SHORTCODE)) {
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
    `The session-token template has a shortcode that cannot be read: "${source}".`,
    "Write {{user.full_name}}, {{user.public_metadata.role}} or {{user.full_name || 'text'}}.",
  );
}

/** What a shortcode can name besides the user's record. */
export interface ShortcodeUser {
  readonly record: UserRecord;
  readonly imageUrl: string;
}

type Reader = (user: ShortcodeUser) => unknown;

/** `{{user.…}}`, by Clerk's names. Times are milliseconds since the epoch. */
const readers: Readonly<Record<string, Reader>> = {
  id: ({ record }) => record.id,
  external_id: ({ record }) => record.externalId,
  primary_email_address: ({ record }) => primaryEmail(record)?.address ?? null,
  email_verified: ({ record }) => primaryEmail(record)?.verification?.status === 'verified',
  primary_phone_number: () => null,
  primary_web3_wallet: () => null,
  phone_number_verified: () => false,
  two_factor_enabled: () => false,
  username: () => null,
  first_name: ({ record }) => record.firstName,
  last_name: ({ record }) => record.lastName,
  full_name: ({ record }) => fullName(record),
  image_url: ({ imageUrl }) => imageUrl,
  has_image: () => false,
  locale: ({ record }) => record.locale,
  created_at: ({ record }) => record.createdAt,
  updated_at: ({ record }) => record.updatedAt,
  last_sign_in_at: ({ record }) => record.lastSignInAt,
  public_metadata: ({ record }) => record.publicMetadata,
  unsafe_metadata: ({ record }) => record.unsafeMetadata,
};

/** The only shortcodes below which a further path can lead. */
const nested = new Set(['public_metadata', 'unsafe_metadata']);

/** Whether a path such as `['user', 'public_metadata', 'role']` names something. */
function isKnownPath([root, name, ...rest]: readonly string[]): boolean {
  if (root !== 'user' || name === undefined || !Object.hasOwn(readers, name)) return false;
  return rest.length === 0 || nested.has(name);
}

/** The value at a known path; `null` where the user has none. */
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
