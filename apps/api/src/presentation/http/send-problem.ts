import type { FastifyReply } from 'fastify';
import type { Problem } from './to-problem.js';

/** Sends an error answer (RFC 9457), with the headers that go with its status. */
export function sendProblem(reply: FastifyReply, { body, retryAfter }: Problem): void {
  reply.header('content-type', 'application/problem+json').header('cache-control', 'no-store');
  reply.header('x-request-id', body.requestId);
  if (body.status === 401) reply.header('www-authenticate', 'Bearer');
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  // As bytes: to text Fastify would add a charset, which this media type does not have (RFC 9457, 3).
  reply.code(body.status).send(Buffer.from(JSON.stringify(body)));
}
