import { HttpException } from '@nestjs/common';
import { acrossCopies } from '../core/across-copies.js';
import {
  type AuthenticationErrorCode,
  AuthenticationError,
  AuthUnavailableError,
  SyncUnavailableError,
  UnavailableError,
  WebhookInvalidError,
} from '../core/errors.js';

/** The errors that the module reports to clients. */
type AnsweredError =
  AuthenticationError | AuthUnavailableError | SyncUnavailableError | WebhookInvalidError;

type AnsweredCode =
  AuthenticationErrorCode | 'auth_unavailable' | 'sync_unavailable' | 'webhook_invalid';

/** Status and title of each error code. */
export const clerkSyncProblems = {
  token_missing: { status: 401, title: 'Not signed in' },
  token_expired: { status: 401, title: 'Session token expired' },
  token_not_active: { status: 401, title: 'Session token not active yet' },
  token_invalid: { status: 401, title: 'Invalid session token' },
  session_pending: { status: 401, title: 'Session has a pending task' },
  session_ended: { status: 401, title: 'Session ended' },
  user_banned: { status: 401, title: 'User banned' },
  user_deleted: { status: 401, title: 'User deleted' },
  user_unknown: { status: 401, title: 'User unknown' },
  webhook_invalid: { status: 400, title: 'Invalid webhook' },
  auth_unavailable: { status: 503, title: 'Authentication unavailable' },
  sync_unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<AnsweredCode, { status: number; title: string }>;

/** A problem (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: AnsweredCode;
}

/**
 * A refusal or an outage as a Nest exception. Its body is the problem, so an application needs no
 * custom filter.
 */
export class ClerkSyncException extends HttpException {
  readonly code: AnsweredCode;

  /** @param error the cause, for custom filters */
  constructor(readonly error: AnsweredError) {
    const { status, title } = clerkSyncProblems[error.code];
    const { code, message: detail } = error;
    const body: Problem = { type: `urn:populatte:problem:${code}`, title, status, detail, code };
    super(body, status, { cause: error });
    this.code = code;
  }
}

acrossCopies({ ClerkSyncException });

/** The part of a response on Express, or of a reply on Fastify, that sets a header. */
export interface HeaderTarget {
  /** Node's own response, on Fastify. */
  readonly raw?: unknown;
  header?: (name: string, value: string) => unknown;
  setHeader?: (name: string, value: string) => unknown;
}

/**
 * Turns a module error into an exception, and sets the response's headers.
 *
 * @returns any other error unchanged
 */
export function toException(error: unknown, response: HeaderTarget): unknown {
  if (!isAnswered(error)) return error;
  const exception = new ClerkSyncException(error);
  // On Express, Nest sends objects as application/json, and warns about any other type.
  if (response.raw !== undefined) setHeader(response, 'content-type', 'application/problem+json');
  setHeader(response, 'cache-control', 'no-store');
  if (exception.getStatus() === 401) setHeader(response, 'www-authenticate', 'Bearer');
  if (error instanceof UnavailableError) {
    setHeader(response, 'retry-after', String(error.retryAfterSeconds));
  }
  return exception;
}

function isAnswered(error: unknown): error is AnsweredError {
  return (
    error instanceof AuthenticationError ||
    error instanceof AuthUnavailableError ||
    error instanceof SyncUnavailableError ||
    error instanceof WebhookInvalidError
  );
}

/** `setHeader` is Node's own, which Express has; Fastify's reply has `header`. */
function setHeader(response: HeaderTarget, name: string, value: string): void {
  if (response.setHeader !== undefined) response.setHeader(name, value);
  else response.header?.(name, value);
}
