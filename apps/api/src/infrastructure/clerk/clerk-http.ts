/**
 * Longest answer of Clerk's that is read, in bytes. A user has some kilobytes, with metadata some
 * dozens; whatever answers without an end must not take this process's memory.
 */
export const maxAnswerBytes = 1024 * 1024;

/**
 * Reads an answer's JSON for as long as a signal allows. The request's own signal is not enough:
 * once the headers are there, Node's fetch holds it weakly, so that after a garbage collection a
 * body that never ends is waited for without limit (seen on Node 20).
 *
 * @param signal the request's
 * @param maxBytes the longest answer that is read
 * @throws the signal's reason, or what fetch throws on a body that breaks off or is no JSON
 * @throws RangeError when the body is longer than any should be; the connection is given up
 */
export async function readJson(
  response: Response,
  signal: AbortSignal,
  maxBytes = maxAnswerBytes,
): Promise<unknown> {
  const body = response.body?.pipeThrough(upTo(maxBytes), { signal });
  return new Response(body).json();
}

/** Passes on what comes, and breaks off at one byte more than this. */
function upTo(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.byteLength;
      if (length <= maxBytes) controller.enqueue(chunk);
      else controller.error(new RangeError('The answer is longer than any should be.'));
    },
  });
}

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3).
 *
 * @param header seconds, or an HTTP date; null where there is none
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait, 1 s where the header says nothing readable
 */
export function retryAfterMs(header: string | null, now: number): number {
  const fallback = 1_000;
  if (header === null) return fallback;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  // `Date.parse` finds a date in any number; those of HTTP end so (RFC 9110, 5.6.7).
  const date = header.trim().endsWith(' GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? fallback : Math.max(0, date - now);
}
