import { setTimeout as sleep } from 'node:timers/promises';
import { openPool } from '@populatte/embedded-postgres';
import { until } from '@populatte/process-kit';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import {
  type Delivery,
  EventDeliveries,
} from '../../src/infrastructure/postgres/event-deliveries.js';
import { effects, withHandlers } from '../support/handlers.js';

const { count, insertUsers, pool, url } = withHandlers();

describe('EventDeliveries', () => {
  test('a handler that takes too long is rolled back, delayed, and cannot write later', async () => {
    const retry = { first: 60_000, longest: 60_000 };
    const deliveries = new EventDeliveries(pool(), { handler: 200, retry });
    await deliveries.register('slow', ['created'], false);
    await insertUsers(1);
    let late: unknown;
    const delivery = await deliveries.deliver('slow', async ({ userId }, transaction) => {
      await transaction.insert(effects).values({ handler: 'slow', userId, event: 'early' });
      await sleep(600);
      const values = { handler: 'slow', userId, event: 'late' };
      late = await transaction
        .insert(effects)
        .values(values)
        .catch(() => 'refused');
    });
    expect(delivery).toMatchObject({ result: 'failed', attempts: 1 });
    await until('the handler has ended', () => late !== undefined);
    expect(late).toBe('refused');
    expect(await count('effects')).toBe(0);
    expect(await deliveries.deliver('slow', () => undefined)).toEqual({ result: 'none' });
  });

  test('the lag is the age of the oldest waiting event, even if no process runs the handler', async () => {
    const deliveries = new EventDeliveries(pool());
    await deliveries.register('gone', ['created'], false);
    expect(await deliveries.lags()).toEqual(new Map([['gone', 0]]));
    await insertUsers(1);
    await pool().query(`update user_events set occurred_at = now() - interval '1 hour'`);
    const lag = (await deliveries.lags()).get('gone');
    expect(lag).toBeGreaterThanOrEqual(3_600);
    expect(lag).toBeLessThan(3_700);
  });

  test('a connection that has plans for another type of a column is not used again', async () => {
    const own = openPool(url(), 1);
    const deliveries = new EventDeliveries(own, {
      handler: 5_000,
      retry: { first: 1, longest: 1 },
    });
    await deliveries.register('renamer', ['created'], false);
    const deliver = (): Promise<Delivery> =>
      deliveries.deliver('renamer', ({ userId }, transaction) =>
        transaction.execute(sql`update people set email = 'new' where id = ${userId}::uuid`),
      );
    await insertUsers(1);
    expect(await deliver()).toEqual({ result: 'handled' });

    await pool().query('alter table people alter column email type varchar(400)');
    await insertUsers(1, 'user_later');
    expect(await deliver()).toMatchObject({ result: 'failed', attempts: 1 });
    await until('the event is handled', async () => (await deliver()).result === 'handled');
    await own.end();
  });

  test('an attempt that was planned before the server’s clock was set back is due, with its back-off', async () => {
    const retry = { first: 60_000, longest: 60_000 };
    const deliveries = new EventDeliveries(pool(), { handler: 5_000, retry });
    await deliveries.register('recorder', ['created'], false);
    await insertUsers(1);
    const planAhead = (interval: string): Promise<unknown> =>
      pool().query(`update user_event_deliveries set next_attempt_at = now() + $1::interval`, [
        interval,
      ]);
    await planAhead('59 seconds');
    expect(await deliveries.deliver('recorder', () => undefined)).toEqual({ result: 'none' });

    await planAhead('2 hours');
    const fail = (): never => {
      throw new Error('The mail server is down.');
    };
    expect(await deliveries.deliver('recorder', fail)).toMatchObject({ attempts: 1 });
    expect(await deliveries.deliver('recorder', () => undefined)).toEqual({ result: 'none' });

    await planAhead('2 hours');
    expect(await deliveries.deliver('recorder', () => undefined)).toEqual({ result: 'handled' });
  });

  test('an event that was deleted by hand is skipped', async () => {
    const deliveries = new EventDeliveries(pool());
    await deliveries.register('recorder', ['created'], false);
    await insertUsers(1);
    await pool().query('delete from user_events');
    const handle = (): never => {
      throw new Error('It was delivered.');
    };
    expect(await deliveries.deliver('recorder', handle)).toEqual({ result: 'handled' });
    expect(await count('user_event_deliveries')).toBe(0);
  });
});
