import { ClerkLocalError } from '../errors/clerk-local-error.js';

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
export function parseTemplateString(source: string): readonly TemplatePart[] {
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
