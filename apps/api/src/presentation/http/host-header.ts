import type { FastifyRequest } from 'fastify';
import { sentHeader } from './sent-header.js';
import { ValidationFailedError } from './validation-failed.error.js';

/**
 * A hook that refuses a request of HTTP/1.1 without exactly one `Host` header (RFC 9112, 3.2). Node
 * refuses a missing one alone, and takes the first of two, which a proxy may read differently.
 */
export function refuseUnclearHost(
  { raw }: FastifyRequest,
  _reply: unknown,
  done: (error?: Error) => void,
): void {
  const hosts = sentHeader(raw.rawHeaders, 'host').length;
  const clear = hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0');
  done(clear ? undefined : new ValidationFailedError('Send exactly one Host header.'));
}
