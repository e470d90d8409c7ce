import { openPool } from '@populatte/embedded-postgres';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { SystemClock } from '../../../src/core/clock.js';
import { NoMetrics } from '../../../src/core/sync-metrics.js';
import { databaseTimes } from '../../../src/infrastructure/postgres/database.js';
import { EventHandlers } from '../../../src/infrastructure/postgres/event-handlers.js';
import { WriteAccess } from '../../../src/internal.js';
import { RecordedLog } from '../../support/recorded-log.js';

test('handlers of events say that a wrapper of a pool, which has no options, is not enough', () => {
  const pool = { query: () => undefined } as unknown as pg.Pool;
  const log = new RecordedLog();
  const writes = new WriteAccess(pool, log, new SystemClock());
  const handler = { name: 'welcome', types: [], fromBeginning: false, handle: () => undefined };
  const handlers = new EventHandlers(() => [handler], pool, writes, log, new NoMetrics());
  expect(() => {
    handlers.start();
  }).toThrow(/@OnUserEvent\(\).*Pass a pg\.Pool/);
});

test('the lags are not read for longer than a statement may take, whatever the pool’s timeout is', async () => {
  const timeouts: unknown[] = [];
  const query = (statement: pg.QueryConfig): Promise<never> => {
    timeouts.push(Reflect.get(statement, 'query_timeout'));
    return new Promise(() => undefined);
  };
  const pool = { query, options: { query_timeout: 300_000 } } as unknown as pg.Pool;
  const log = new RecordedLog();
  const writes = new WriteAccess(pool, log, new SystemClock());
  const handlers = new EventHandlers(() => [], pool, writes, log, new NoMetrics());
  expect(await handlers.lags()).toEqual(new Map());
  expect(timeouts).toEqual([databaseTimes.answer]);
});

test('handlers end once, although Nest may close an application twice', async () => {
  // Nothing listens there.
  const pool = openPool('postgresql://127.0.0.1:1/none');
  const log = new RecordedLog();
  const writes = new WriteAccess(pool, log, new SystemClock());
  const handler = { name: 'welcome', types: [], fromBeginning: false, handle: () => undefined };
  const handlers = new EventHandlers(() => [handler], pool, writes, log, new NoMetrics());
  handlers.start();
  await Promise.all([handlers.end(), handlers.end()]);
  await handlers.end();
});
