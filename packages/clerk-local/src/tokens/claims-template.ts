import { ClerkLocalError } from '../errors/clerk-local-error.js';
import { parseTemplateString, type TemplatePart } from './shortcode.js';
import { isKnownPath, readPath, type ShortcodeUser } from './user-shortcodes.js';

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
