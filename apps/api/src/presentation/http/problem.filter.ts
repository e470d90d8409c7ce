import { maxHeaderSize } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { ErrorCode, ProblemDetails, ValidationIssue } from '@populatte/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  AuthenticationError,
  ClerkSyncException,
  DomainError as ClerkSyncError,
  UnavailableError,
} from '@populatte/nestjs-clerk-sync';
import { clerkSyncProblems } from '@populatte/nestjs-clerk-sync/internal';
import { DomainError } from '../../core/errors.js';
import { RequestLog } from '../../core/request-log.js';
import './request-state.js';
import { ValidationFailedError } from './route.js';

/** The response to errors with a code. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /**
   * Only endpoints that list the code in `errors` return it; the OpenAPI document shows it there.
   */
  readonly isListed?: true;
}

/**
 * Status and title of each code, with those of the module. Exhaustive: a new code does not compile
 * without an entry.
 */
export const problemMap = {
  ...clerkSyncProblems,
  validation_failed: { status: 400, title: 'Invalid request' },
  not_found: { status: 404, title: 'Not found', isListed: true },
  payload_too_large: { status: 413, title: 'Payload too large' },
  internal_error: { status: 500, title: 'Internal error' },
} as const satisfies Record<ErrorCode, ProblemKind>;

/** @returns whether a code belongs to the API */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(problemMap, code);
}

/** An error response, ready to be sent. */
export interface Problem {
  readonly body: ProblemDetails & { readonly code: ErrorCode };
  /** Seconds; only if waiting helps. */
  readonly retryAfter?: number;
}

/**
 * Converts any thrown value to the problem that the client sees: no stack, no SQL, no cause.
 *
 * @param error from a guard, a controller, Nest or Fastify
 * @param requestId the answer's X-Request-Id
 */
export function toProblem(error: unknown, requestId: string): Problem {
  if (isDomainError(error) && isErrorCode(error.code)) {
    return {
      body: problem(error.code, error.message, requestId),
      ...(error instanceof UnavailableError && { retryAfter: error.retryAfterSeconds }),
    };
  }
  if (error instanceof ValidationFailedError) {
    return { body: problem('validation_failed', error.message, requestId, error.issues) };
  }
  return { body: fromStatus(statusOf(error), requestId) };
}

/** Browsers send few headers to an API, of which only the token can be long. */
const headersTooLong = `Send headers of at most ${Math.floor(maxHeaderSize / 1024)} KiB in total. Most likely, the session token has too many custom claims.`;

/** Nest's and Fastify's own errors: only their status is shown. */
function fromStatus(status: number, requestId: string): Problem['body'] {
  if (status === 404) {
    return problem('not_found', 'This URL does not exist.', requestId);
  }
  if (status === 413) {
    return problem('payload_too_large', 'Send at most 256 KiB.', requestId);
  }
  if (status >= 400 && status < 500) {
    const detail = status === 431 ? headersTooLong : 'The request is malformed.';
    return { ...problem('validation_failed', detail, requestId), status };
  }
  return problem(
    'internal_error',
    'An internal error occurred. Quote the request id to find it in the logs.',
    requestId,
  );
}

function problem(
  code: ErrorCode,
  detail: string,
  requestId: string,
  issues?: readonly ValidationIssue[],
): Problem['body'] {
  const { status, title } = problemMap[code];
  return {
    type: `urn:populatte:problem:${code}`,
    title,
    status,
    detail,
    code,
    requestId,
    ...(issues !== undefined && { issues: [...issues] }),
  };
}

/** `instanceof` alone would make the code's type `any`. */
function isDomainError(error: unknown): error is DomainError | ClerkSyncError {
  return error instanceof DomainError || error instanceof ClerkSyncError;
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null) return 500;
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

/** Sends a problem (RFC 9457) with the headers of its status. */
function sendProblem(reply: FastifyReply, { body, retryAfter }: Problem): void {
  reply.header('content-type', 'application/problem+json').header('cache-control', 'no-store');
  reply.header('x-request-id', body.requestId);
  if (body.status === 401) reply.header('www-authenticate', 'Bearer');
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  // As bytes: Fastify adds a charset to strings, which this media type does not have (RFC 9457, 3).
  reply.code(body.status).send(Buffer.from(JSON.stringify(body)));
}

/**
 * Answers every error, including those of guards and unknown routes. A filter rather than an
 * interceptor: Nest runs interceptors after guards, so a 401 would bypass one.
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
 * Routes that are added to Fastify directly need it as their error handler: Fastify binds a route's
 * handler before Nest sets its own, and the default answers a refusal by a hook with 500.
 */
export function answerError(
  log: RequestLog,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = thrown instanceof ClerkSyncException ? thrown.error : thrown;
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
