import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Every value that a header was sent with. Of an `Authorization` that was sent twice, Node's
 * `headers` tell the first alone; `headersDistinct` tells both, and costs every other header, too.
 *
 * @param rawHeaders names and values in turn, as `IncomingMessage` has them
 * @param name in lower case
 */
export function sentHeader(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index];
    if (sent?.length === name.length && sent.toLowerCase() === name) {
      values.push(rawHeaders[index + 1] ?? '');
    }
  }
  return values;
}

/** What may be echoed into a header and a log line without any harm. */
const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** @returns the caller's X-Request-Id where it is acceptable, else a new one */
export function requestId(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
}
