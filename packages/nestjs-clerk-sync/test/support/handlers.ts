import { type INestApplicationContext, Injectable } from '@nestjs/common';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { until } from '@populatte/process-kit';
import { bigserial, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
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
} from '../../src/index.js';
import { startTestClerk, type TestClerk } from '../../src/testing/index.js';
import { createUserTable } from './create-user-table.js';
import { startApplication } from './start-application.js';

const users = pgTable('people', clerkUserColumns(), clerkUserConstraints);

/** Where the handlers of the tests write. */
export const effects = pgTable('effects', {
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

type HandledUser = typeof users.$inferSelect;

/** Writes a row for each event it gets. */
@Injectable()
export class Recorder {
  @OnUserEvent(['created', 'updated', 'deleted'], { name: 'recorder' })
  async record({ userId, type }: RecordedUserEvent, transaction: Transaction): Promise<void> {
    await transaction.insert(effects).values({ handler: 'recorder', userId, event: type });
  }
}

/** The applications of a test and their database. */
export interface Handlers {
  readonly clerk: () => TestClerk;
  /** The address of the current test's database. */
  readonly url: () => string;
  readonly pool: () => pg.Pool;
  readonly failures: () => Failures;
  /** Starts an application with these providers. Each stands for a separate process. */
  readonly start: (
    providers: readonly (new () => object)[],
    options?: { cacheUsers?: boolean; max?: number; tracer?: Tracer },
  ) => Promise<ClerkSync<HandledUser>>;
  readonly stopAll: () => Promise<void>;
  /** Inserts users by hand, as another program does. */
  readonly insertUsers: (count: number, prefix?: string) => Promise<void>;
  /** @returns what a handler wrote for a user, in order */
  readonly eventsOf: (clerkId: string, handler?: string) => Promise<string[]>;
  /** Counts the rows of a table or query. */
  readonly count: (query: string) => Promise<number>;
  /** Resolves once the handlers are known, so that new events have deliveries. */
  readonly known: (handlers?: number) => Promise<unknown>;
  readonly delivered: () => Promise<unknown>;
}

/**
 * Prepares a database per test for applications with handlers, and stops these afterwards.
 *
 * @returns functions to call inside tests
 */
export function withHandlers(): Handlers {
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
      create table effects (id bigserial primary key, handler text not null, user_id uuid not null,
        event text not null)`);
    await pool.query(clerkSyncSql(users));
  });
  afterEach(async () => {
    await stopAll();
    await pool.end();
  });

  async function start(
    providers: readonly (new () => object)[],
    {
      cacheUsers = false,
      max = 5,
      tracer,
    }: { cacheUsers?: boolean; max?: number; tracer?: Tracer } = {},
  ): Promise<ClerkSync<HandledUser>> {
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
    return application.get<ClerkSync<HandledUser>>(ClerkSync);
  }

  async function stopAll(): Promise<void> {
    for (const { application, pool: own } of running.splice(0)) {
      await application.close();
      await own.end();
    }
  }

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

  function known(handlers = 1): Promise<unknown> {
    return until(
      'the handlers are known',
      async () => (await count('user_event_handlers')) === handlers,
    );
  }

  function delivered(): Promise<unknown> {
    return until(
      'every event is handled',
      async () => (await count('user_event_deliveries')) === 0,
    );
  }

  return {
    clerk: () => clerk,
    url: () => url,
    pool: () => pool,
    failures: () => failures,
    start,
    stopAll,
    insertUsers,
    eventsOf,
    count,
    known,
    delivered,
  };
}
