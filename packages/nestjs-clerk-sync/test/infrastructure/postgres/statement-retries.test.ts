import type pg from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '../../../src/infrastructure/postgres/database.js';
import { withRetries } from '../../../src/infrastructure/postgres/statement-retries.js';

test('retries after a lost connection, even with a wrapper of a pool, which has no options', async () => {
  const db = createDatabase({ query: () => undefined } as unknown as pg.Pool);
  const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  let attempts = 0;
  const statement = (): Promise<string> => {
    attempts += 1;
    return attempts === 1 ? Promise.reject(lost) : Promise.resolve('a row');
  };
  expect(await withRetries(db, statement)).toBe('a row');
});
