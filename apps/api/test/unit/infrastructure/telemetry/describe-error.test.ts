import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeError } from '../../../../src/infrastructure/telemetry/describe-error.js';

const secret = 'ada@people.example';

/** An error as the PostgreSQL driver reports it. */
function databaseError(code: string, message: string, detail?: string): pg.DatabaseError {
  const error = new pg.DatabaseError(message, 100, 'error');
  return Object.assign(error, { code, ...(detail !== undefined && { detail }) });
}

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('describeError', () => {
  test('contains type, message, stack and cause of an error', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const described = describeError(new TypeError('fetch failed', { cause }));
    expect(described).toMatchObject({
      type: 'TypeError',
      message: 'fetch failed',
      cause: { type: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    });
    expect(described.stack).toMatch(/^\s+at .*describe-error\.test/);
  });

  test.each<[string, unknown]>([
    ['a statement’s parameters', new DrizzleQueryError('select $1', [secret], new Error('down'))],
    [
      'a constraint’s values',
      databaseError('23505', `Key (email)=(${secret}) exists`, `(${secret})`),
    ],
    ['text that PostgreSQL could not parse', databaseError('22P02', `invalid input: "${secret}"`)],
    [
      'the detail of a database error',
      databaseError('57014', 'canceling statement', `for ${secret}`),
    ],
    ['validated input', thrown(() => z.enum(['a']).parse(secret, { reportInput: true }))],
    ['a key of validated input', thrown(() => z.strictObject({}).parse({ [secret]: 1 }))],
    ['text that is not JSON', thrown(() => JSON.parse(secret) as unknown)],
    ['a thrown string', secret],
    ['a thrown object', { message: secret }],
    ['an added property', Object.assign(new Error('x'), { body: secret, email: secret })],
    [
      'parameters whose lines look like a stack',
      new DrizzleQueryError('select', [`x\n    at ${secret}`], new Error('x')),
    ],
    [
      'a message whose lines look like a stack',
      databaseError('22P02', `bad\n    at ${secret} (x)`),
    ],
  ])('does not contain %s', (_what, error) => {
    for (const value of [error, new Error('outer', { cause: error })]) {
      expect(JSON.stringify(describeError(value))).not.toContain(secret);
    }
  });

  test('contains messages about the database server itself, and every SQLSTATE', () => {
    expect(
      describeError(databaseError('57P03', 'the database system is starting up')),
    ).toMatchObject({ code: '57P03', message: 'the database system is starting up' });
    expect(describeError(databaseError('23505', 'x'))).toMatchObject({ code: '23505' });
  });

  test('follows causes and stops at a cycle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"round"/g)).toHaveLength(6);
  });

  test.each([undefined, null, 7, 'text', {}])('contains only the type of %j', (value) => {
    expect(describeError(value)).toEqual({ type: typeof value });
  });
});
