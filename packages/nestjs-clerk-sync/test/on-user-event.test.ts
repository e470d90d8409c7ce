import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplicationContext, Injectable } from '@nestjs/common';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { until } from '@populatte/process-kit';
import { bigserial, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ClerkSync,
  clerkSyncSql,
  clerkUserColumns,
  clerkUserConstraints,
  OnUserEvent,
  type RecordedUserEvent,
  SyncMetrics,
  type Tracer,
  type Transaction,
} from '../src/index.js';
import { EventDeliveries } from '../src/infrastructure/postgres/event-deliveries.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';
import { createUserTable } from './support/create-user-table.js';
import { type EndedSpan, recordingTracer } from './support/recording-tracer.js';
import { startApplication } from './support/start-application.js';

const users = pgTable('people', clerkUserColumns(), clerkUserConstraints);
const effects = pgTable('effects', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  handler: text('handler').notNull(),
  userId: uuid('user_id').notNull(),
  event: text('event').notNull(),
});

/** Counts failures of handlers. */
class Failures extends SyncMetrics {
  readonly of: string[] = [];

  override count(): void {
    return undefined;
  }

  override handlerFailed(handler: string): void {
    this.of.push(handler);
  }
}

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let url: string;
let pool: pg.Pool;
let databases = 0;
let failures: Failures;
const running: { application: INestApplicationContext; pool: pg.Pool }[] = [];

beforeAll(async () => {
  [postgres, clerk] = await Promise.all([startTemporaryPostgres(), startTestClerk()]);
});
afterAll(async () => {
  await Promise.all([postgres.remove(), clerk.close()]);
});
beforeEach(async () => {
  databases += 1;
  url = await postgres.createDatabase(`handlers${databases}`);
  failures = new Failures();
  pool = openPool(url, 5);
  await pool.query(`${createUserTable('people')}
    create table effects (
      id bigserial primary key, handler text not null, user_id uuid not null, event text not null)`);
  await pool.query(clerkSyncSql(users));
});
afterEach(async () => {
  for (const each of running.splice(0)) await stop(each);
  await pool.end();
});

/** Starts an application with these providers. Each stands for a separate process. */
async function start(
  providers: readonly (new () => object)[],
  {
    cacheUsers = false,
    max = 5,
    tracer,
  }: { cacheUsers?: boolean; max?: number; tracer?: Tracer } = {},
): Promise<ClerkSync<typeof users.$inferSelect>> {
  const own = openPool(url, max);
  const application = await startApplication(
    {
      ...clerk.options,
      database: { pool: own, users },
      cache: { users: cacheUsers },
      metrics: failures,
      ...(tracer !== undefined && { tracer }),
    },
    providers,
  );
  running.push({ application, pool: own });
  return application.get<ClerkSync<typeof users.$inferSelect>>(ClerkSync);
}

async function stop({ application, pool: own }: (typeof running)[number]): Promise<void> {
  await application.close();
  await own.end();
}

/** Writes a row for each event it gets. */
@Injectable()
class Recorder {
  @OnUserEvent(['created', 'updated', 'deleted'], { name: 'recorder' })
  async record({ userId, type }: RecordedUserEvent, transaction: Transaction): Promise<void> {
    await transaction.insert(effects).values({ handler: 'recorder', userId, event: type });
  }
}

/** Inserts users by hand, as another program does. */
async function insertUsers(count: number, prefix = 'user_'): Promise<void> {
  await pool.query(
    `insert into people (id, clerk_id, name, profile_version)
     select gen_random_uuid(), $1 || n, 'Ada', 1 from generate_series(1, $2::int) as n`,
    [prefix, count],
  );
}

async function eventsOf(clerkId: string, handler = 'recorder'): Promise<string[]> {
  const { rows } = await pool.query<{ event: string }>(
    `select event from effects join people on people.id = effects.user_id
     where clerk_id = $1 and handler = $2 order by effects.id`,
    [clerkId, handler],
  );
  return rows.map(({ event }) => event);
}

async function count(query: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from ${query}`,
  );
  return rows[0]?.count ?? 0;
}

/** Resolves once the handlers are known, so that new events have deliveries. */
function known(handlers = 1): Promise<unknown> {
  return until(
    'the handlers are known',
    async () => (await count('user_event_handlers')) === handlers,
  );
}

function delivered(): Promise<unknown> {
  return until('every event is handled', async () => (await count('user_event_deliveries')) === 0);
}

const profile = { email: 'ada@people.example', name: 'Ada', imageUrl: null };

describe('@OnUserEvent()', () => {
  test('delivers each event once, in order, with its journal entry', async () => {
    const seen: RecordedUserEvent[] = [];
    @Injectable()
    class Seen {
      @OnUserEvent('updated', { name: 'seen' })
      see(event: RecordedUserEvent): void {
        seen.push(event);
      }
    }
    const clerkSync = await start([Recorder, Seen]);
    await known(2);
    const clerkId = 'user_ada';
    await clerkSync.sync({ clerkId, ...profile, version: { at: 1, exact: true } });
    await clerkSync.sync({ clerkId, ...profile, name: 'New', version: { at: 2, exact: true } });
    await clerkSync.delete(clerkId);
    await delivered();
    expect(await eventsOf(clerkId)).toEqual(['created', 'updated', 'deleted']);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      type: 'updated',
      source: 'backend_api',
      changed: ['name'],
      version: 2,
    });
    expect(seen[0]?.occurredAt).toBeInstanceOf(Date);
    expect(Object.values(seen[0] ?? {}).join()).not.toContain('New');
  });

  test('a failure is retried, rolls back its writes, and delays only this user', async () => {
    let isBroken = true;
    let attempts = 0;
    @Injectable()
    class Unlucky {
      @OnUserEvent(['created', 'updated'], { name: 'unlucky' })
      async handle({ userId, type }: RecordedUserEvent, transaction: Transaction): Promise<void> {
        await transaction.insert(effects).values({ handler: 'unlucky', userId, event: type });
        const { rows } = await transaction.execute<{ clerk_id: string }>(
          `select clerk_id from people where id = '${userId}'`,
        );
        if (rows[0]?.clerk_id !== 'user_unlucky1' || !isBroken) return;
        attempts += 1;
        throw new Error('The mail server is down.');
      }
    }
    await start([Unlucky]);
    await known();
    await insertUsers(1, 'user_unlucky');
    await until('the handler has failed', () => attempts > 0);
    await pool.query(`update people set name = 'New' where clerk_id = 'user_unlucky1'`);
    await insertUsers(20, 'user_other');
    await until(
      'the others are handled',
      async () => (await count(`effects where handler = 'unlucky'`)) === 20,
    );
    await until('the handler has failed again', () => attempts > 1);
    expect(await eventsOf('user_unlucky1', 'unlucky')).toEqual([]);
    expect(failures.of.length).toBeGreaterThanOrEqual(1);
    isBroken = false;
    await delivered();
    expect(await eventsOf('user_unlucky1', 'unlucky')).toEqual(['created', 'updated']);
  });

  test('each run of a handler has a span that shows whether it failed', async () => {
    const spans: EndedSpan[] = [];
    let attempts = 0;
    @Injectable()
    class Mailer {
      @OnUserEvent('created', { name: 'mailer' })
      send(): void {
        attempts += 1;
        if (attempts === 1) throw new TypeError('The mail server is down.');
      }
    }
    await start([Mailer], { tracer: recordingTracer(spans) });
    await known();
    await insertUsers(1);
    await delivered();
    const attributes = { 'user_event.handler': 'mailer', 'user_event.type': 'created' };
    expect(spans.filter(({ name }) => name === 'user_event.handle')).toEqual([
      {
        name: 'user_event.handle',
        attributes: { ...attributes, 'error.type': 'TypeError' },
        failed: true,
      },
      { name: 'user_event.handle', attributes, failed: false },
    ]);
  });

  test('a handler that swallows a rejected statement fails, and its writes are rolled back', async () => {
    let attempts = 0;
    @Injectable()
    class Careless {
      @OnUserEvent('created', { name: 'careless' })
      async handle({ userId }: RecordedUserEvent, transaction: Transaction): Promise<void> {
        attempts += 1;
        const event = `attempt ${attempts}`;
        await transaction.insert(effects).values({ handler: 'careless', userId, event });
        if (attempts > 1) return;
        // The mistake under test: PostgreSQL has still aborted the transaction.
        await transaction.execute('select 1 / 0').catch(() => undefined);
      }
    }
    await start([Careless]);
    await known();
    await insertUsers(1);
    await delivered();
    expect(await eventsOf('user_1', 'careless')).toEqual(['attempt 2']);
  });

  test('`transaction` is Drizzle’s: an inner transaction is a savepoint', async () => {
    @Injectable()
    class Nested {
      @OnUserEvent('created', { name: 'nested' })
      async handle({ userId }: RecordedUserEvent, transaction: Transaction): Promise<void> {
        await transaction.insert(effects).values({ handler: 'nested', userId, event: 'outer' });
        await transaction
          .transaction(async (inner) => {
            await inner.insert(effects).values({ handler: 'nested', userId, event: 'inner' });
            throw new Error('only the inner one');
          })
          // The outer transaction continues.
          .catch(() => undefined);
      }
    }
    await start([Nested]);
    await known();
    await insertUsers(1);
    await delivered();
    expect(await eventsOf('user_1', 'nested')).toEqual(['outer']);
  });

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
    const early = await pool.connect();
    await early.query('begin');
    await early.query(
      `insert into people (id, clerk_id, profile_version) values (gen_random_uuid(), 'user_early', 1)`,
    );
    await start([History]);
    await known();
    await pool.query(`update people set name = 'New'`);
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
    await pool.query(
      `insert into user_event_handlers (name, types, settles_at) values ('history', '{created}', $1)`,
      [Number.MAX_SAFE_INTEGER],
    );
    await start([History]);
    await until('the journal is handled', async () => (await count('effects')) === 3);
  });

  test('three applications share 10,000 events, and each has its effect once', async () => {
    await start([Recorder]);
    await start([Recorder]);
    await start([Recorder]);
    await known();
    await insertUsers(5_000, 'user_many');
    await pool.query(`update people set name = 'New'`);
    await until('every event is handled', async () => (await count('effects')) >= 10_000);
    await delivered();
    expect(await count('effects')).toBe(10_000);
    expect(
      await count(`(
        select from effects group by user_id having array_agg(event order by id) = '{created,updated}'
      ) as right_order`),
    ).toBe(5_000);
  });

  test('a request’s connection is free while a handler runs, even in a pool of one', async () => {
    let end: () => void = () => undefined;
    let isRunning = false;
    @Injectable()
    class Slow {
      @OnUserEvent('created', { name: 'slow' })
      async handle(): Promise<void> {
        isRunning = true;
        await new Promise<void>((resolve) => (end = resolve));
      }
    }
    const clerkSync = await start([Slow], { max: 1 });
    await known();
    await clerkSync.sync({ clerkId: 'user_slow', ...profile, version: { at: 1, exact: true } });
    await until('the handler runs', () => isRunning);
    expect(await clerkSync.findByClerkId('user_slow')).toMatchObject({ clerkId: 'user_slow' });
    end();
    await delivered();
  });

  test('a handler that runs during the shutdown is rolled back, and another process gets the event', async () => {
    let isRunning = false;
    @Injectable()
    class Endless {
      @OnUserEvent('created', { name: 'recorder' })
      async handle({ userId }: RecordedUserEvent, transaction: Transaction): Promise<void> {
        await transaction.insert(effects).values({ handler: 'recorder', userId, event: 'endless' });
        isRunning = true;
        await new Promise(() => undefined);
      }
    }
    await start([Endless]);
    await known();
    await insertUsers(1);
    await until('the handler runs', () => isRunning);
    for (const each of running.splice(0)) await stop(each);
    await start([Recorder]);
    await delivered();
    expect(await eventsOf('user_1')).toEqual(['created']);
  });

  test.each([
    ['two handlers with one name', ['one', 'one'], 'with the name “one”'],
    ['a name with a space', ['one two'], 'is invalid'],
  ])('%s stop the start', async (_case, names, message) => {
    const providers = names.map((name) => {
      @Injectable()
      class Handler {
        @OnUserEvent('created', { name })
        handle(): void {
          return undefined;
        }
      }
      return Handler;
    });
    await expect(start(providers)).rejects.toThrow(message);
  });
});

describe('EventDeliveries', () => {
  test('a handler that takes too long is rolled back, delayed, and cannot write later', async () => {
    const retry = { first: 60_000, longest: 60_000 };
    const deliveries = new EventDeliveries(pool, { handler: 200, retry });
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
    const deliveries = new EventDeliveries(pool);
    await deliveries.register('gone', ['created'], false);
    expect(await deliveries.lags()).toEqual(new Map([['gone', 0]]));
    await insertUsers(1);
    await pool.query(`update user_events set occurred_at = now() - interval '1 hour'`);
    const lag = (await deliveries.lags()).get('gone');
    expect(lag).toBeGreaterThanOrEqual(3_600);
    expect(lag).toBeLessThan(3_700);
  });

  test('an event that was deleted by hand is skipped', async () => {
    const deliveries = new EventDeliveries(pool);
    await deliveries.register('recorder', ['created'], false);
    await insertUsers(1);
    await pool.query('delete from user_events');
    const handle = (): never => {
      throw new Error('It was delivered.');
    };
    expect(await deliveries.deliver('recorder', handle)).toEqual({ result: 'handled' });
    expect(await count('user_event_deliveries')).toBe(0);
  });
});
