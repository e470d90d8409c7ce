import cors from '@fastify/cors';
import type { FastifyServerOptions } from 'fastify';
import type { RequestLog } from '../../core/request-log.js';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { answerClientError } from './client-error.js';
import { drainConnections } from './drain-connections.js';
import { requestId } from './request-id.js';
import './request-state.js';
import { securityHeaders } from './security-headers.js';
import { refuseUndecodableUrl, rewriteUrl } from './undecodable-url.js';

/** Bytes of a request's body. */
const bodyLimit = 256 * 1024;

/** Characters of a path parameter that reach its contract. */
const maxParamLength = 2048;

/** Milliseconds for a request to arrive whole. */
const requestTimeout = 30_000;

/** @returns the HTTP server below Nest */
export function createHttpAdapter(): FastifyAdapter {
  const options: FastifyServerOptions = {
    bodyLimit,
    requestTimeout,
    // Longer ones would be 404; contracts say what is too long, as a 400.
    routerOptions: { maxParamLength },
    genReqId: (request) => requestId(request.headers),
    // A request on a kept-alive connection is finished while the server shuts down.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    rewriteUrl,
  };
  // Nest's middleware is not used, so that no request pays for looking for any.
  return new FastifyAdapter({ ...options, skipMiddie: true });
}

/**
 * What every request passes, whatever route it is for.
 *
 * @param webOrigins who may call from a browser
 */
export function prepareHttp(
  app: NestFastifyApplication,
  log: RequestLog,
  webOrigins: readonly string[],
): void {
  const fastify = app.getHttpAdapter().getInstance();
  drainConnections(fastify);
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
  // Not by Nest's `enableCors`, which sets each of its headers a second time for its middleware.
  void fastify.register(cors, {
    origin: [...webOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'X-Request-Id'],
    exposedHeaders: 'X-Request-Id, Retry-After',
    maxAge: 7200,
    // An OPTIONS that is no preflight is answered like one; strict mode refuses it in plain text.
    strictPreflight: false,
  });
  fastify.addHook('onRequest', refuseUndecodableUrl);
}
