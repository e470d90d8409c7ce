import { createServer, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { RequestLog } from '../../core/request-log.js';
import { answerError } from '../http/problem.filter.js';

/** The content of `/metrics`. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

/**
 * Serves `GET /metrics` on the API's port. It is public: keep it from the internet.
 *
 * @param log records its refused and failed requests
 */
export function serveMetrics(
  fastify: FastifyInstance,
  metrics: MetricsText,
  log: RequestLog,
): void {
  fastify.route({
    method: 'GET',
    url: '/metrics',
    errorHandler: (error, request, reply) => {
      answerError(log, error, request, reply);
    },
    handler: async (_request, reply) => {
      const text = await metrics.text();
      return reply.header('content-type', metrics.contentType).send(text);
    },
  });
}

/**
 * Serves only `GET /metrics`, on a separate port.
 *
 * @returns once it listens
 * @throws Error of `listen`, such as EADDRINUSE, with the variable that names the port as `portVariable`
 */
export async function listenForMetrics(
  metrics: MetricsText,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> {
  const server = createServer((request, response) => {
    const isMetrics = /^\/metrics\/?(?:\?|$)/.test(request.url ?? '');
    if (!isMetrics || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(Object.assign(error, { portVariable: 'METRICS_PORT' }));
    };
    server.once('error', fail).listen({ host, port }, resolve);
  });
  return server;
}
