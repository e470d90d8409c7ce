import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthenticationError } from '../../core/auth/auth.errors.js';
import { UnavailableError } from '../../core/unavailable-error.js';
import { RequestLog } from '../../core/request-log.js';
import './request-state.js';
import { sendProblem } from './send-problem.js';
import { toProblem } from './to-problem.js';

/**
 * Answers every error, those of guards and of unknown routes included. A filter and no interceptor:
 * Nest runs interceptors after guards, so that a 401 would escape one.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: RequestLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    answerError(this.log, error, http.getRequest<FastifyRequest>(), reply);
  }
}

/**
 * Answers an error as problem details and records it.
 *
 * Routes that are added to Fastify directly need it as their error handler: Fastify binds the handler
 * of a route before Nest sets its own, and its default answers a refusal by a hook with a 500.
 */
export function answerError(
  log: RequestLog,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem = toProblem(error, request.id);
  request.outcome = problem.body.code;
  if (error instanceof AuthenticationError) {
    request.refusal = { reason: error.reason, seen: error.seen };
  }
  if (problem.body.status >= 500) {
    log.failed({
      requestId: request.id,
      code: problem.body.code,
      unavailable: error instanceof UnavailableError,
      cause: error,
    });
  }
  if (!reply.sent) sendProblem(reply, problem);
}
