import type pg from 'pg';
import { expect, test } from 'vitest';
import { SystemClock } from '../../../src/core/clock.js';
import { NoMetrics } from '../../../src/core/sync-metrics.js';
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
