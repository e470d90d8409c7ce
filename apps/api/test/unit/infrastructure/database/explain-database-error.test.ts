import pg from 'pg';
import { expect, test } from 'vitest';
import { describeDatabaseError } from '../../../../src/infrastructure/database/explain-database-error.js';

test.each([
  ['53300', 'sorry, too many clients already'],
  ['XX000', '(EMAXCONNSESSION) max clients reached in session mode'],
  ['08P01', 'no more connections allowed (max_client_conn)'],
])('explains that the limit of connections is reached: %s %s', (code, message) => {
  const error = Object.assign(new pg.DatabaseError(message, 0, 'error'), { code });
  expect(describeDatabaseError(error)).toBe(
    `The database server or pooler has no connection left for this role. Raise max_connections, the role’s CONNECTION LIMIT or the pooler’s limit of clients, or lower DATABASE_POOL_SIZE. (${code})`,
  );
});

test('names the SQLSTATE of an error without an explanation', () => {
  const error = Object.assign(new pg.DatabaseError('unknown', 0, 'error'), { code: 'XX001' });
  expect(describeDatabaseError(error)).toContain('Look up SQLSTATE XX001');
});
