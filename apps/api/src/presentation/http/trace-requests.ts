import type { FastifyInstance } from 'fastify';
import type { RequestTracer } from '../../core/request-tracing.js';
import './request-state.js';

/** Probes and scrapes arrive every few seconds and would obscure other requests. */
const untraced = /^\/(?:health\/|metrics$)/;

/**
 * Gives each request a span, from its headers to the end of its response.
 *
 * @param fastify without other hooks yet, so that their refusals are also traced
 */
export function traceRequests(fastify: FastifyInstance, tracer: RequestTracer): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url ?? null;
    if (route !== null && untraced.test(route)) {
      done();
      return;
    }
    const { id: requestId, method, headers } = request;
    const span = tracer.start({ requestId, method, route, headers });
    request.span = span;
    // Not `onResponse`, which does not run if the caller disconnects.
    reply.raw.once('close', () => {
      const isAborted = !reply.raw.writableFinished;
      span.end({ status: reply.statusCode, outcome: request.outcome, isAborted });
    });
    done();
  });
  // Must not run earlier, because Node emits the events of a body outside of the span.
  fastify.addHook('preHandler', (request, _reply, done) => {
    if (request.span === null) done();
    else request.span.run(done);
  });
}
