import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { until } from '@populatte/process-kit';
import { expect, test } from 'vitest';
import { OnUserEvent, type RecordedUserEvent, type Transaction } from '../../src/index.js';
import { effects, Recorder, withHandlers } from '../support/handlers.js';

const { count, delivered, eventsOf, insertUsers, known, pool, start } = withHandlers();

test('a new handler starts with new events', async () => {
  await insertUsers(5, 'user_old');
  await start([Recorder]);
  await known();
  await insertUsers(1, 'user_new');
  await delivered();
  expect(await eventsOf('user_new1')).toEqual(['created']);
  expect(await count('effects')).toBe(1);
});

test('with from: beginning it also receives past events, in order, while new ones arrive', async () => {
  @Injectable()
  class History {
    @OnUserEvent(['created', 'updated'], { name: 'history', from: 'beginning' })
    async record({ userId, type }: RecordedUserEvent, transaction: Transaction): Promise<void> {
      await transaction.insert(effects).values({ handler: 'history', userId, event: type });
    }
  }
  await insertUsers(1_500, 'user_old');
  // A transaction that began before the handler was registered, and ends after the handler has
  // started.
  const early = await pool().connect();
  await early.query('begin');
  await early.query(
    `insert into people (id, clerk_id, profile_version) values (gen_random_uuid(), 'user_early', 1)`,
  );
  await start([History]);
  await known();
  await pool().query(`update people set name = 'New'`);
  await sleep(300);
  expect(await count('effects')).toBe(0);
  await early.query('commit');
  early.release();
  await until('the journal is handled', async () => (await count('effects')) === 3_001);
  expect(await eventsOf('user_old1', 'history')).toEqual(['created', 'updated']);
  expect(await eventsOf('user_early', 'history')).toEqual(['created']);
  await start([History]);
  await sleep(1_500);
  expect(await count('effects')).toBe(3_001);
});

test('a handler from the beginning starts after a dump is restored on another server', async () => {
  @Injectable()
  class History {
    @OnUserEvent('created', { name: 'history', from: 'beginning' })
    async record({ userId, type }: RecordedUserEvent, transaction: Transaction): Promise<void> {
      await transaction.insert(effects).values({ handler: 'history', userId, event: type });
    }
  }
  await insertUsers(3);
  await pool().query(
    `insert into user_event_handlers (name, types, settles_at) values ('history', '{created}', $1)`,
    [Number.MAX_SAFE_INTEGER],
  );
  await start([History]);
  await until('the journal is handled', async () => (await count('effects')) === 3);
});
