import { HttpException } from '@nestjs/common';
import { describe, expect, test } from 'vitest';
import {
  AuthenticationError,
  AuthUnavailableError,
  StoreReadOnlyError,
  SyncUnavailableError,
  WebhookInvalidError,
} from '../../src/core/errors.js';
import { ClerkSyncException, toException } from '../../src/presentation/exceptions.js';
import { ExpressResponse, FastifyReply } from '../support/responses.js';

const expired = new AuthenticationError('token_expired', 'It ended. Get another one.');
const keysDown = new AuthUnavailableError('The keys are away.', 7);
const databaseDown = new SyncUnavailableError('The database is away.', 3);
const forged = new WebhookInvalidError('The signature does not fit.', 'signature');

describe('toException', () => {
  test.each([
    [expired, 401, 'Session token expired'],
    [keysDown, 503, 'Authentication unavailable'],
    [databaseDown, 503, 'Temporarily unavailable'],
    [forged, 400, 'Invalid webhook'],
  ])('answers %s as a problem of its status', (error, status, title) => {
    const exception = toException(error, new ExpressResponse());
    expect(exception).toBeInstanceOf(HttpException);
    expect(exception).toBeInstanceOf(ClerkSyncException);
    expect((exception as ClerkSyncException).getStatus()).toBe(status);
    expect((exception as ClerkSyncException).getResponse()).toEqual({
      type: `urn:populatte:problem:${error.code}`,
      title,
      status,
      detail: error.message,
      code: error.code,
    });
  });

  test('keeps the error as the cause, for filters and logs', () => {
    expect(toException(expired, new ExpressResponse())).toMatchObject({
      error: expired,
      cause: expired,
      code: 'token_expired',
    });
  });

  test.each([
    ['an error of the application', new Error('a bug')],
    ['an exception of Nest', new HttpException('Gone', 410)],
    ['a value that is not an error', 'thrown text'],
  ])('returns %s unchanged and sets no header', (_what, error) => {
    const response = new FastifyReply();
    expect(toException(error, response)).toBe(error);
    expect(response.headers).toEqual({});
  });
});

describe.each([
  ['Express', ExpressResponse, {}],
  // On Express, Nest sets the type itself.
  ['Fastify', FastifyReply, { 'content-type': 'application/problem+json' }],
] as const)('toException on %s', (_platform, Response, type) => {
  test('asks for a bearer token with an uncacheable 401', () => {
    const response = new Response();
    toException(expired, response);
    expect(response.headers).toEqual({
      ...type,
      'cache-control': 'no-store',
      'www-authenticate': 'Bearer',
    });
  });

  test.each([
    [keysDown, '7'],
    [databaseDown, '3'],
    [new StoreReadOnlyError(), '5'],
  ])('says when to retry after %s', (error, seconds) => {
    const response = new Response();
    toException(error, response);
    expect(response.headers).toEqual({
      ...type,
      'cache-control': 'no-store',
      'retry-after': seconds,
    });
  });

  test('requests neither a token nor a retry for a forged webhook', () => {
    const response = new Response();
    toException(forged, response);
    expect(response.headers).toEqual({ ...type, 'cache-control': 'no-store' });
  });
});

test('toException creates the exception without a response that accepts headers', () => {
  expect(toException(expired, {})).toBeInstanceOf(ClerkSyncException);
});
