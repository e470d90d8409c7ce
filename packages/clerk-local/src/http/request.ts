import type { Context } from 'hono';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';

/**
 * Reads the parameters of a JSON or form body. An empty body has no parameters.
 *
 * @throws {ClerkApiError} 400 `request_body_invalid` for malformed JSON
 */
export async function readBody(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') return {};
  const type = context.req.header('content-type') ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return toParameters(groupByName(new URLSearchParams(text)));
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ClerkApiError(400, 'request_body_invalid', 'Request body invalid', {
      longMessage: 'The request body is invalid. Send JSON or a form.',
    });
  }
}

/** Reads the parameters of the query. */
export function readQuery(context: Context): Record<string, string | string[]> {
  return toParameters(Object.entries(context.req.queries()));
}

/** A name that is repeated or ends in `[]` is a list. */
function toParameters(
  entries: Iterable<readonly [string, string[]]>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    [...entries].map(([name, values]) => {
      const [only] = values;
      const isList = name.endsWith('[]') || values.length !== 1 || only === undefined;
      return [name.replace(/\[\]$/, ''), isList ? values : only];
    }),
  );
}

function groupByName(form: URLSearchParams): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of form) groups.set(name, [...(groups.get(name) ?? []), value]);
  return groups;
}

/**
 * Reads the origin that becomes a token's `azp`. Like Clerk, it uses the `Origin` header only.
 * Top-level navigations, native apps and servers send none, so their tokens have no `azp`.
 *
 * @returns `undefined` without an `Origin`, and for the opaque origin `null`
 */
export function requestOrigin(context: Context): string | undefined {
  const origin = context.req.header('origin');
  return origin === '' || origin === 'null' ? undefined : origin;
}
