/**
 * The version of Clerk's Backend API that the schemas of its responses match (Clerk, “Versioning”).
 */
const apiVersion = '2026-05-12';

/** Why Clerk returned 401 or 403, and the fix, for the operator. */
export const secretKeyRejected =
  'Clerk rejects CLERK_SECRET_KEY. Copy it again from the Clerk dashboard, “API keys”.';

/** Access to Clerk's Backend API. */
export interface ClerkApi {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly secretKey: string;
  readonly fetch: typeof fetch;
}

/**
 * Sends a `GET` to Clerk's Backend API. Redirects are errors: the secret key goes to no other host.
 *
 * @param path with its query, from `/v1`
 * @throws what `fetch` throws
 */
export function getFromClerk(
  { apiUrl, secretKey, fetch: send }: ClerkApi,
  path: string,
  signal: AbortSignal,
): Promise<Response> {
  return send(`${apiUrl}${path}`, {
    headers: {
      authorization: `Bearer ${secretKey}`,
      accept: 'application/json',
      'clerk-api-version': apiVersion,
    },
    redirect: 'error',
    signal,
  });
}

/**
 * Maximum length of a response from Clerk, in bytes. A user takes a few kilobytes, or a few dozen
 * with metadata; an endless response must not exhaust memory.
 */
export const maxAnswerBytes = 1024 * 1024;

/**
 * Reads a response's JSON until a signal aborts. Passing the signal to `fetch` is not enough: once
 * the headers have arrived, Node 20 holds it weakly, so that after a garbage collection it no
 * longer aborts a body that never ends.
 *
 * @param signal the request's
 * @param maxBytes the maximum length of the response
 * @throws the signal's reason, or fetch's error if the body is cut off or is not JSON
 * @throws RangeError when the body is too long; the connection is closed
 */
export async function readJson(
  response: Response,
  signal: AbortSignal,
  maxBytes = maxAnswerBytes,
): Promise<unknown> {
  const body = response.body?.pipeThrough(upTo(maxBytes), { signal });
  return new Response(body).json();
}

/** Passes chunks through and fails after this many bytes. */
function upTo(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.byteLength;
      if (length <= maxBytes) controller.enqueue(chunk);
      else controller.error(new RangeError('The response is too long.'));
    },
  });
}

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or an HTTP date. A date is measured from the
 * response's own `Date`, because this machine's clock may be hours off.
 *
 * @param headers the response's
 * @param now milliseconds since the epoch, for a response without a `Date`
 * @returns milliseconds to wait; 1 s if the header is absent or unreadable
 */
export function retryAfterMs(headers: Headers, now: number): number {
  const header = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = httpDate(header);
  if (date === null) return 1_000;
  return Math.max(0, date - (httpDate(headers.get('date') ?? '') ?? now));
}

/** `Date.parse` accepts almost any text; HTTP dates end with GMT (RFC 9110, 5.6.7). */
function httpDate(text: string): number | null {
  const date = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : date;
}
