import { Injectable } from '@nestjs/common';
import { until } from '@populatte/process-kit';
import { describe, expect, test } from 'vitest';
import { OnUserEvent, type RecordedUserEvent, type Transaction } from '../src/index.js';
import { effects, Recorder, withHandlers } from './support/handlers.js';
import { type EndedSpan, recordingTracer } from './support/recording-tracer.js';

const { count, delivered, eventsOf, failures, insertUsers, known, pool, start, stopAll } =
  withHandlers();

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
    await pool().query(`update people set name = 'New' where clerk_id = 'user_unlucky1'`);
    await insertUsers(20, 'user_other');
    await until(
      'the others are handled',
      async () => (await count(`effects where handler = 'unlucky'`)) === 20,
    );
    await until('the handler has failed again', () => attempts > 1);
    expect(await eventsOf('user_unlucky1', 'unlucky')).toEqual([]);
    expect(failures().of.length).toBeGreaterThanOrEqual(1);
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

  test('three applications share 10,000 events, and each has its effect once', async () => {
    await start([Recorder]);
    await start([Recorder]);
    await start([Recorder]);
    await known();
    await insertUsers(5_000, 'user_many');
    await pool().query(`update people set name = 'New'`);
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

  test('transaction_timeout of the database does not end a handler', async () => {
    let attempts = 0;
    @Injectable()
    class Patient {
      @OnUserEvent('created', { name: 'patient' })
      async handle(_event: RecordedUserEvent, transaction: Transaction): Promise<void> {
        attempts += 1;
        if (attempts > 1) return;
        await transaction.execute('select pg_sleep(1.5)');
      }
    }
    await pool().query(
      `do $$ begin
         execute format('alter database %I set transaction_timeout = 1000', current_database());
       end $$`,
    );
    await start([Patient]);
    await known();
    await insertUsers(1);
    await delivered();
    expect(attempts).toBe(1);
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
    await stopAll();
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
