import type { Context } from 'hono';
import { z } from 'zod';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { flag, parseJson, parseParameters, wholeNumber } from '../domain/shared/parameters.js';

/**
 * Reads the parameters of a JSON or form body. An empty body has no parameters.
 *
 * @throws {ClerkApiError} 400 `request_body_invalid` for JSON that is malformed or nested too deeply
 */
export async function readBody(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') return {};
  const type = context.req.header('content-type')?.toLowerCase() ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return toParameters(groupByName(new URLSearchParams(text)));
  }
  try {
    return parseJson(text);
  } catch {
    throw new ClerkApiError(400, 'request_body_invalid', 'Request body invalid', {
      longMessage: 'The request body is invalid. Send JSON or a form.',
    });
  }
}

/** Reads the parameters of the query. */
function readQuery(context: Context): Record<string, string | string[]> {
  return toParameters(Object.entries(context.req.queries()));
}

/**
 * Parses the parameters of the body.
 *
 * @throws {ClerkApiError} 400 for malformed JSON, 422 for the first invalid parameter
 */
export async function parseBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parseParameters(schema, await readBody(context));
}

/**
 * Parses the parameters of the query.
 *
 * @throws {ClerkApiError} 422 for the first invalid parameter
 */
export function parseQuery<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): z.output<Schema> {
  return parseParameters(schema, readQuery(context));
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

/** The parameters with which callers page through lists. */
const pageSchema = z.object({
  limit: wholeNumber.pipe(z.int().min(1).max(500)).default(10),
  offset: wholeNumber.pipe(z.int().min(0)).default(0),
});
const countSchema = z.object({ paginated: flag.default(false) });
const pageNames = new Set([pageSchema, countSchema].flatMap(({ shape }) => Object.keys(shape)));

/**
 * Parses the filters of a list of the Backend API. Refuses a parameter that the list does not have,
 * because Clerk's would return other items.
 *
 * @param filters the parameters besides those of the page, which `pageOf` parses
 * @throws {ClerkApiError} 422 for the first invalid parameter
 */
export function parseListQuery<Filters extends z.ZodRawShape>(
  context: Context,
  filters: Filters,
): z.output<z.ZodObject<Filters>> {
  const query = Object.entries(readQuery(context)).filter(([name]) => !pageNames.has(name));
  return parseParameters(z.strictObject(filters), Object.fromEntries(query));
}

/**
 * Returns one page of a list, by the query's `limit` and `offset`.
 *
 * @throws {ClerkApiError} 422 for an invalid limit or offset
 */
export function pageOf<Item>(context: Context, items: readonly Item[]): Item[] {
  const { limit, offset } = parseQuery(context, pageSchema);
  return items.slice(offset, offset + limit);
}

/** Returns one page of a list with the length of the whole list, as many of Clerk's lists are. */
export function countedPageOf<Item>(
  context: Context,
  items: readonly Item[],
): { readonly data: Item[]; readonly total_count: number } {
  return { data: pageOf(context, items), total_count: items.length };
}

/** Whether the caller asks for the length of a list, as Clerk's SDK does with `paginated=true`. */
function wantsCount(context: Context): boolean {
  return parseQuery(context, countSchema).paginated;
}

/** Returns one page of a list, with the length of the whole list if the caller asks for it. */
export function requestedPageOf<Item>(
  context: Context,
  items: readonly Item[],
): Item[] | ReturnType<typeof countedPageOf<Item>> {
  return wantsCount(context) ? countedPageOf(context, items) : pageOf(context, items);
}

/** Like `requestedPageOf`, for lists that Clerk returns as a whole unless the caller asks for a page. */
export function optionalPageOf<Item>(
  context: Context,
  items: readonly Item[],
): ReturnType<typeof requestedPageOf<Item>> {
  const isPage = ['limit', 'offset'].some((name) => context.req.query(name) !== undefined);
  return isPage || wantsCount(context) ? requestedPageOf(context, items) : [...items];
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
