import { HttpException } from '@nestjs/common';
import type { ErrorCode, ProblemDetails, ValidationIssue } from '@populatte/contracts';
import { DomainError } from '../../core/domain-error.js';
import { UnavailableError } from '../../core/unavailable-error.js';
import { isErrorCode, problemMap } from './problem-map.js';
import { ValidationFailedError } from './validation-failed.error.js';

/** An error answer, ready to be sent. */
export interface Problem {
  readonly body: ProblemDetails & { readonly code: ErrorCode };
  /** Seconds; only where waiting helps. */
  readonly retryAfter?: number;
}

/**
 * Turns whatever was thrown into what the client may see: no stack, no SQL, nothing of the cause.
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

/** Nest's and Fastify's own errors carry a status and nothing else that may be shown. */
function fromStatus(status: number, requestId: string): Problem['body'] {
  if (status === 404) {
    return problem('not_found', 'There is nothing at this address.', requestId);
  }
  if (status === 413) {
    return problem('payload_too_large', 'Send at most 256 KiB.', requestId);
  }
  if (status >= 400 && status < 500) {
    return {
      ...problem('validation_failed', 'The request cannot be understood.', requestId),
      status,
    };
  }
  return problem(
    'internal_error',
    'Something went wrong on our side. The request id finds it in the logs.',
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
function isDomainError(error: unknown): error is DomainError {
  return error instanceof DomainError;
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null) return 500;
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
