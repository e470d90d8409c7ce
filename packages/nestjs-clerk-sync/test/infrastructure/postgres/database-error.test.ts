import pg from 'pg';
import { expect, test } from 'vitest';
import { isDatabaseError } from '../../../src/infrastructure/postgres/database-error.js';

/** An error from another copy of the driver, or from `pg.native`. */
class OtherDatabaseError extends Error {
  readonly severity = 'ERROR';
  readonly code = '42P01';
}

test.each<[string, boolean, unknown]>([
  ['the driver’s own', true, new pg.DatabaseError('unknown', 0, 'error')],
  ['another copy’s', true, new OtherDatabaseError('unknown')],
  ['a socket’s', false, Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
  ['a timeout’s', false, new Error('timeout expired')],
  ['no error at all', false, { severity: 'ERROR', code: '42P01' }],
])('an error of the database: %s, %s', (_what, expected, error) => {
  expect(isDatabaseError(error)).toBe(expected);
});
