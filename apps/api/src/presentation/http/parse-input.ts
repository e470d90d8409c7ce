import type { Endpoint, ValidationIssue } from '@populatte/contracts';
import { ValidationFailedError } from './validation-failed.error.js';

/** A request, as far as its input goes. Bodies arrive as bytes. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

const parts = ['params', 'query', 'body'] as const;

/**
 * Parses a request's input by its contract.
 *
 * @returns an object with those of `params`, `query` and `body` that the endpoint has
 * @throws ValidationFailedError with everything that is wrong, in all parts
 */
export function parseInput(endpoint: Endpoint, request: RawInput): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const issues: ValidationIssue[] = [];
  for (const part of parts) {
    const schema = endpoint[part];
    if (schema === undefined) continue;
    const given = part === 'body' ? readJson(request.body) : { value: request[part] };
    if (given === null) {
      issues.push({ path: ['body'], message: 'Send JSON in UTF-8.' });
      continue;
    }
    const parsed = schema.safeParse(given.value);
    if (parsed.success) input[part] = parsed.data;
    else {
      for (const { path, message } of parsed.error.issues) {
        issues.push({ path: [part, ...path.map(pathElement)], message });
      }
    }
  }
  if (issues.length > 0) {
    throw new ValidationFailedError(
      'The request is not what the contract says; see issues.',
      issues,
    );
  }
  return input;
}

/**
 * @returns what the bytes say; undefined without any, so that a contract may make the body
 *   optional; null where they are not JSON in UTF-8
 */
function readJson(body: unknown): { readonly value: unknown } | null {
  if (!Buffer.isBuffer(body) || body.length === 0) return { value: undefined };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return null;
  }
}

function pathElement(key: PropertyKey): string | number {
  return typeof key === 'symbol' ? key.toString() : key;
}
