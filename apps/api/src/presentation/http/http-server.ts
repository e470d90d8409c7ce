import type { IncomingMessage, Server } from 'node:http';
import cors from '@fastify/cors';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyRequest } from 'fastify';
import { RequestLog } from '../../core/request-log.js';
import { clientErrorHandler, expectationHandler } from './client-error.js';
import { Connections } from './connections.js';
import { requestId, sentHeader } from './request-headers.js';
import './request-state.js';
import { ValidationFailedError } from './route.js';

/**
 * What keeps a browser from doing more with an answer than read it (OWASP REST Security Cheat
 * Sheet, “Security Headers”). Those that act on documents alone are not among them: nothing but
 * `/docs` is one, and every request pays for each.
 */
export const securityHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

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

/** Bytes of a request's body. */
const bodyLimit = 256 * 1024;

/** Characters of a path parameter that reach its contract. */
const maxParamLength = 2048;

/** Milliseconds for a request to arrive whole. */
const requestTimeout = 30_000;

/** Milliseconds between two looks at slow requests: Node's default of 30 s would make 60 of the 30. */
const connectionsCheckingInterval = 1_000;

/** Sent by browsers and by the tracing libraries of browsers. */
const corsRequestHeaders = [
  'Authorization',
  'Content-Type',
  'X-Request-Id',
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
];

/**
 * @returns the HTTP server below Nest; `prepareHttp` does what needs Nest's container, which comes later
 */
export function createHttpAdapter(): FastifyAdapter {
  const options: FastifyHttpOptions<Server> = {
    bodyLimit,
    requestTimeout,
    http: {
      requestTimeout,
      // Node swaps the two if the headers may take longer than the request.
      headersTimeout: requestTimeout,
      connectionsCheckingInterval,
      // Node would answer without a body and without a log line; `refuseUnclearHost` does both.
      requireHostHeader: false,
    },
    // Longer ones would be 404; contracts say what is too long, as a 400.
    routerOptions: { maxParamLength, ignoreTrailingSlash: true },
    genReqId: (request) => requestId(request.headers),
    // A request on a kept-alive connection is finished while the server shuts down.
    return503OnClosing: false,
    rewriteUrl,
  };
  // Nest's middleware is not used, so that no request pays for looking for any.
  return new FastifyAdapter({ ...options, skipMiddie: true });
}

/**
 * Registers server-wide hooks, the body parser and CORS.
 *
 * @param app created with `createHttpAdapter` and not initialised yet
 * @param webOrigins origins that may call from a browser
 * @returns the server's connections, for the shutdown
 */
export function prepareHttp(
  app: NestFastifyApplication,
  webOrigins: readonly string[],
): Connections {
  const log = app.get(RequestLog);
  const fastify = app.getHttpAdapter().getInstance();
  const connections = new Connections(fastify);
  // In place of Fastify's own, which answers JSON of another form and logs nothing.
  fastify.server.removeAllListeners('clientError').on('clientError', clientErrorHandler(log));
  fastify.server.on('checkExpectation', expectationHandler(log));
  fastify.decorateRequest('user', null);
  fastify.decorateRequest('outcome', null);
  fastify.decorateRequest('refusal', null);

  // Bodies stay bytes: a webhook's signature is over them, and contracts parse the rest.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    log.answered({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      outcome: request.outcome,
      durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
      refusal: request.refusal,
    });
    done();
  });

  const headers = { ...securityHeaders, 'cache-control': 'no-store' };
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onRequest', refuseUnclearHost);
  fastify.addHook('onRequest', acceptAnyContentType);
  // Not by Nest's `enableCors`, which sets each of its headers a second time for its middleware.
  void fastify.register(cors, {
    origin: [...webOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: corsRequestHeaders,
    exposedHeaders: 'X-Request-Id, Retry-After',
    maxAge: 7200,
    // An OPTIONS that is no preflight is answered like one; strict mode refuses it in plain text.
    strictPreflight: false,
  });
  fastify.addHook('onRequest', refuseUndecodableUrl);
  return connections;
}

/**
 * Bodies are bytes to the server, and a contract's schema or a signature decides about them. Fastify
 * would answer 415 to a `Content-Type` that is no media type, even where nothing reads a body.
 */
function acceptAnyContentType(request: FastifyRequest, _reply: unknown, done: () => void): void {
  const { headers } = request.raw;
  if (headers['content-type'] !== undefined && request.routeOptions.config.readsJson !== true) {
    headers['content-type'] = 'application/octet-stream';
  }
  done();
}
