import type { IncomingMessage } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sentHeader } from '@populatte/nestjs-clerk-sync/internal';
import { ValidationFailedError } from './route.js';

/** RFC 3986, 3.2.2 and 3.2.3: a name, an IPv4 address or an IP literal in brackets; then a port. */
const hostAndPort = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/**
 * Refuses an HTTP/1.1 request without exactly one valid `Host` header (RFC 9112, 3.2). Node itself uses
 * the first of two, and a proxy may have used the other.
 */
export function refuseUnclearHost(
  { raw }: FastifyRequest,
  _reply: unknown,
  done: (error?: Error) => void,
): void {
  const [host, ...others] = sentHeader(raw.rawHeaders, 'host');
  const isClear =
    others.length === 0 &&
    (host === undefined ? raw.httpVersion === '1.0' : hostAndPort.test(host));
  done(isClear ? undefined : new ValidationFailedError('Send exactly one valid Host header.'));
}

/**
 * Refuses an `Expect` other than `100-continue` (RFC 9110, 10.1.1), and closes the connection: the body
 * that may follow is not read.
 */
export function refuseUnknownExpectation(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  const { expect } = raw.headers;
  const isKnown = expect === undefined || /^100-continue$/i.test(expect.trim());
  if (!isKnown) void reply.header('connection', 'close');
  done(isKnown ? undefined : new HttpException('Unknown expectation', 417));
}

/** What precedes the path in a target that is a whole URL; nothing in the target `*`. */
const authority = /^(?:https?:\/\/[^/?#]*)?\/?/i;

/**
 * Routes a request with an undecodable URL to `/`, where `refuseUndecodableUrl` refuses it: the router
 * would answer before any hook runs, without CORS headers and without a log line. Routes a whole URL,
 * which some proxies send, by its path (RFC 9112, 3.2.2), and `*` as `/*`, since the router would run
 * no hook for a URL without a slash.
 *
 * @returns the URL to route by
 */
export function rewriteUrl({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  if (!isDecodable(url)) return '/';
  return url.startsWith('/') ? url : url.replace(authority, '/');
}

/** Refuses a request whose URL `rewriteUrl` replaced. */
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
