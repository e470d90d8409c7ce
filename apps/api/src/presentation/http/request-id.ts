import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What may be echoed into a header and a log line without any harm. */
const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** @returns the caller's X-Request-Id where it is acceptable, else a new one */
export function requestId(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
}
