import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Safe to echo into a header and a log line. */
const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** @returns the caller's X-Request-Id if it is acceptable, else a new one */
export function requestId(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
}
