import {
  BadRequestException,
  ForbiddenException,
  InternalServerErrorException,
  NotFoundException,
  PayloadTooLargeException,
} from '@nestjs/common';
import { errorCodes, problemDetails, type ErrorCode } from '@populatte/contracts';
import fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import {
  AuthenticationError,
  type AuthenticationErrorCode,
  AuthUnavailableError,
  DomainError,
  SyncUnavailableError,
  WebhookInvalidError,
} from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import {
  isErrorCode,
  problemMap,
  type ProblemKind,
  toProblem,
} from '../../../../src/presentation/http/problem.filter.js';
import { ValidationFailedError } from '../../../../src/presentation/http/route.js';

const secret = 'ada@people.example';
const authentication = (code: AuthenticationErrorCode): Error =>
  new AuthenticationError(code, 'Why.');

/** For every code that a route can return, an error that leads to it, and its status. */
const errors = {
  token_missing: [401, authentication('token_missing')],
  token_expired: [401, authentication('token_expired')],
  token_not_active: [401, authentication('token_not_active')],
  token_invalid: [401, authentication('token_invalid')],
  session_pending: [401, authentication('session_pending')],
  session_ended: [401, authentication('session_ended')],
  user_banned: [401, authentication('user_banned')],
  user_deleted: [401, authentication('user_deleted')],
  user_unknown: [401, authentication('user_unknown')],
  webhook_invalid: [400, new WebhookInvalidError('Why.', 'signature')],
  validation_failed: [400, new ValidationFailedError('Why.', [{ path: ['body'], message: 'x' }])],
  not_found: [404, new NotFoundException(secret)],
  payload_too_large: [413, new PayloadTooLargeException(secret)],
  auth_unavailable: [503, new AuthUnavailableError('Why.', 7)],
  sync_unavailable: [503, new SyncUnavailableError('Why.', 7)],
  internal_error: [500, new Error(secret)],
} as const satisfies Partial<Record<ErrorCode, [status: number, error: unknown]>>;

describe('toProblem', () => {
  test('covers every error code that a route can return', () => {
    const kinds: Readonly<Record<ErrorCode, ProblemKind>> = problemMap;
    const missing = errorCodes.filter(
      (code) => kinds[code].isListed !== true && !Object.hasOwn(errors, code),
    );
    expect(missing).toEqual([]);
  });

  test.each(Object.entries(errors))('maps %s to its status', (code, [status, error]) => {
    const { body, retryAfter } = toProblem(error, 'r1');
    expect(problemDetails.parse(body)).toEqual(body);
    expect(body).toMatchObject({ code, status, requestId: 'r1' });
    expect(body.type).toMatch(/^[a-z]+:\S+$/);
    expect(body.title).not.toBe('');
    expect(body.detail).not.toBe('');
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(retryAfter).toBe(status === 503 ? 7 : undefined);
    expect('issues' in body).toBe(code === 'validation_failed');
  });

  test('contains the message of a domain error and nothing of its cause', () => {
    const cause = new Error(secret);
    const { body } = toProblem(new SyncUnavailableError('Try again.', 2, { cause }), 'r1');
    expect(body.detail).toBe('Try again.');
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(Object.keys(body).sort()).toEqual(
      ['code', 'detail', 'requestId', 'status', 'title', 'type'].sort(),
    );
  });

  test.each<[string, unknown, number, ErrorCode]>([
    ['Nest’s bad request', new BadRequestException(secret), 400, 'validation_failed'],
    ['Nest’s refusal by a guard', new ForbiddenException(secret), 403, 'validation_failed'],
    [
      'Nest’s internal server error',
      new InternalServerErrorException(secret),
      500,
      'internal_error',
    ],
    [
      'a Fastify error with a status',
      { statusCode: 415, message: secret },
      415,
      'validation_failed',
    ],
    [
      'Fastify’s body limit',
      new fastify.errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(),
      413,
      'payload_too_large',
    ],
    ['a thrown success status', { statusCode: 200 }, 500, 'internal_error'],
    ['a thrown redirect status', { statusCode: 302 }, 500, 'internal_error'],
    ['a status that is not a number', { statusCode: '404' }, 500, 'internal_error'],
    ['a status of NaN', { statusCode: Number.NaN }, 500, 'internal_error'],
    ['a string', secret, 500, 'internal_error'],
    ['undefined', undefined, 500, 'internal_error'],
    ['null', null, 500, 'internal_error'],
  ])('maps %s to a problem', (_what, error, status, code) => {
    const { body } = toProblem(error, 'r1');
    expect(problemDetails.parse(body)).toMatchObject({ status, code });
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  test('maps an unknown error code to internal_error', () => {
    class NovelError extends DomainError {
      override readonly code = 'constructor';
    }
    expect(toProblem(new NovelError(secret), 'r1').body).toMatchObject({ code: 'internal_error' });
  });
});

describe('isErrorCode', () => {
  test('accepts exactly the codes of the contract', () => {
    expect(errorCodes.every(isErrorCode)).toBe(true);
    expect(['', 'toString', '__proto__', 'TOKEN_MISSING'].some(isErrorCode)).toBe(false);
  });
});
