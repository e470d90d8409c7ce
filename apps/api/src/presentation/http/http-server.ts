import type { Server } from 'node:http';
import cors from '@fastify/cors';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyRequest } from 'fastify';
import { type AnsweredRequest, RequestLog } from '../../core/request-log.js';
import { RequestTracing } from '../../core/request-tracing.js';
import { clientErrorHandler, connectHandler } from './client-error.js';
import { Connections } from './connections.js';
import { requestId } from './request-headers.js';
import './request-state.js';
import { traceRequests } from './trace-requests.js';
import {
  refuseUnclearHost,
  refuseUndecodableUrl,
  refuseUnknownExpectation,
  rewriteUrl,
} from './unclear-requests.js';

/**
 * Headers that limit what a browser does with a response (OWASP REST Security Cheat Sheet,
 * “Security Headers”). Omits headers that only affect documents: only `/docs` is one, and each
 * header adds to the cost of every request.
 */
export const securityHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Bytes of a request's body. */
const bodyLimit = 256 * 1024;

/** Longest path parameter, in characters; a longer one is a 404. */
const maxParamLength = 2048;

/** Milliseconds in which a request must have arrived completely. */
const requestTimeout = 30_000;

/**
 * Milliseconds that an idle connection stays open: longer than the 600 s of Google's load balancers, and
 * than the defaults of others. The load balancer must be the first to close it. Otherwise, it may send a request
 * while the server closes the connection, and answer with 502.
 */
const keepAliveTimeout = 620_000;

/**
 * Milliseconds between two checks for slow requests. With Node's default, 30 s, they would get up
 * to 60 s.
 */
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
 * @returns the HTTP server below Nest; `prepareHttp` does the rest, which needs Nest's container
 */
export function createHttpAdapter(): FastifyAdapter {
  const options: FastifyHttpOptions<Server> = {
    bodyLimit,
    requestTimeout,
    keepAliveTimeout,
    http: {
      requestTimeout,
      // Node swaps the two if the headers may take longer than the request.
      headersTimeout: requestTimeout,
      connectionsCheckingInterval,
      // Node would answer without a body and without a log line; `refuseUnclearHost` answers instead.
      requireHostHeader: false,
    },
    // Fastify's default of 100 would answer 404 where a contract should answer 400.
    routerOptions: { maxParamLength, ignoreTrailingSlash: true },
    genReqId: (request) => requestId(request.headers),
    // Requests on kept-alive connections are still answered during a shutdown.
    return503OnClosing: false,
    rewriteUrl,
  };
  // Nest's middleware is not used, so no request pays for the lookup.
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
  // Node would silently drop the headers after the first 1,000, perhaps a second `Host` or the token.
  // Their total size is still limited.
  fastify.server.maxHeadersCount = 0;
  // Replaces Fastify's own handler, which responds with a different JSON format and logs nothing.
  const onClientError = clientErrorHandler(log, connections);
  fastify.server.removeAllListeners('clientError').on('clientError', onClientError);
  fastify.server.on('connect', connectHandler(log, connections));
  // Node would answer without a body, and without a log line; `refuseUnknownExpectation` answers instead.
  fastify.server.on('checkExpectation', (request, response) => {
    fastify.server.emit('request', request, response);
  });
  fastify.decorateRequest('user', null);
  fastify.decorateRequest('outcome', null);
  fastify.decorateRequest('actor', null);
  fastify.decorateRequest('refusal', null);
  fastify.decorateRequest('webhook', null);
  fastify.decorateRequest('span', null);
  const { tracer } = app.get(RequestTracing);
  if (tracer !== null) traceRequests(fastify, tracer);

  // Bodies stay bytes: a webhook's signature covers them, and contracts parse the others (ADR 4).
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    const { actor, user, webhook, span } = request;
    // Not by spreads, which V8 copies member by member: this runs for each request.
    const answered: { -readonly [Member in keyof AnsweredRequest]: AnsweredRequest[Member] } = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      outcome: request.outcome,
      durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
      refusal: request.refusal,
    };
    if (actor !== null) answered.actor = actor;
    if (user !== null) answered.userId = user.id;
    if (webhook !== null) answered.webhook = webhook;
    if (span !== null) answered.span = span.ids;
    log.answered(answered);
    done();
  });

  const headers = { ...securityHeaders, 'cache-control': 'no-store' };
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onRequest', acceptAnyContentType);
  // Does not use Nest's `enableCors`, which sets each header twice.
  void fastify.register(cors, {
    origin: [...webOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: corsRequestHeaders,
    exposedHeaders: 'X-Request-Id, Retry-After',
    maxAge: 7200,
    // Strict mode would answer an OPTIONS request that is not a preflight in plain text.
    strictPreflight: false,
  });
  fastify.addHook('onRequest', refuseUnclearHost);
  fastify.addHook('onRequest', refuseUnknownExpectation);
  fastify.addHook('onRequest', refuseUndecodableUrl);
  return connections;
}

/**
 * Keeps Fastify from answering 415 to a malformed `Content-Type` on routes that do not parse JSON,
 * where a schema or a signature validates the body, regardless of its declared type.
 */
function acceptAnyContentType(request: FastifyRequest, _reply: unknown, done: () => void): void {
  const { headers } = request.raw;
  if (headers['content-type'] !== undefined && request.routeOptions.config.readsJson !== true) {
    headers['content-type'] = 'application/octet-stream';
  }
  done();
}
