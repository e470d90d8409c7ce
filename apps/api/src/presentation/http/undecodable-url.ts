import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { ValidationFailedError } from './validation-failed.error.js';

/**
 * Lets a request whose URL cannot be decoded pass as one for `/`: the router would answer it before
 * any hook, without headers for browsers and without a line in the log.
 *
 * @returns the URL to route by
 */
export function rewriteUrl({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  return isDecodable(url) ? url : '/';
}

/** A hook that refuses what `rewriteUrl` let pass. */
export function refuseUndecodableUrl(
  { originalUrl }: FastifyRequest,
  _reply: unknown,
  done: (error?: Error) => void,
): void {
  done(isDecodable(originalUrl) ? undefined : new ValidationFailedError('The URL is malformed.'));
}

/** RFC 3986, 2.1: each percent sign begins an encoded octet, and together they are UTF-8. */
function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURI(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}
