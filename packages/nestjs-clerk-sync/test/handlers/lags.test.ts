import { until } from '@populatte/process-kit';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { SystemClock } from '../../src/core/clock.js';
import { NoMetrics } from '../../src/core/sync-metrics.js';
import { EventHandlers } from '../../src/infrastructure/postgres/event-handlers.js';
import { WriteAccess } from '../../src/internal.js';
import { withHandlers } from '../support/handlers.js';
import { RecordedLog } from '../support/recorded-log.js';

const { insertUsers, known, pool } = withHandlers();

test('the lag of a handler that hangs is read although its connections are in use', async () => {
  const log = new RecordedLog();
  const writes = new WriteAccess(pool(), log, new SystemClock());
  let runs = 0;
  const handle = (): Promise<void> => {
    runs += 1;
    return new Promise(() => undefined);
  };
  const hung = { name: 'hung', types: ['created'], fromBeginning: false, handle };
  const handlers = new EventHandlers(() => [hung], pool(), writes, log, new NoMetrics());
  handlers.start();
  try {
    await known();
    await insertUsers(3);
    await pool().query(`update user_events set occurred_at = now() - interval '1 hour'`);
    await until('both workers of the handler are busy', () => runs === 2);
    expect((await handlers.lags()).get('hung')).toBeGreaterThanOrEqual(3_600);
  } finally {
    await handlers.end();
  }
});

test('a handler works with a wrapper of a pool that emits no events', async () => {
  const { options } = pool();
  const wrapper = { options, query: pool().query.bind(pool()) } as unknown as pg.Pool;
  const log = new RecordedLog();
  const writes = new WriteAccess(wrapper, log, new SystemClock());
  const handled: string[] = [];
  const handle = ({ type }: { readonly type: string }): void => {
    handled.push(type);
  };
  const handler = { name: 'wrapped', types: ['created'], fromBeginning: false, handle };
  const handlers = new EventHandlers(() => [handler], wrapper, writes, log, new NoMetrics());
  handlers.start();
  try {
    await known();
    await insertUsers(1);
    await until('the event is handled', () => handled.length === 1);
    expect(log.entries).toEqual([]);
  } finally {
    await handlers.end();
  }
});
