import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { SystemClock } from '../../src/core/clock.js';
import type { ClerkUserRow, ClerkUserTable } from '../../src/index.js';
import { createDatabase } from '../../src/infrastructure/postgres/database.js';
import { DrizzleUserRepository, WriteAccess } from '../../src/internal.js';
import { NestLog } from '../../src/nest-log.js';

/** Databases with an application's tables, and the module's repository on them. */
export interface Repositories {
  /**
   * Creates a database and runs statements on it.
   *
   * @returns its URL
   */
  readonly create: (...sql: readonly string[]) => Promise<string>;
  /** @returns a pool with one connection; it ends after the test */
  readonly open: (url: string) => pg.Pool;
  readonly repositoryOn: <Table extends ClerkUserTable, Entity = ClerkUserRow<Table>>(
    pool: pg.Pool,
    users: Table,
    toUser: (row: ClerkUserRow<Table>) => Entity,
  ) => DrizzleUserRepository<Table, Entity>;
}

/** Starts a PostgreSQL server for the file's tests. */
export function withRepositories(): Repositories {
  let postgres: EmbeddedPostgres;
  let created = 0;
  let closes: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    postgres = await startTemporaryPostgres();
  });
  afterEach(async () => {
    for (const close of closes.toReversed()) await close();
    closes = [];
  });
  afterAll(() => postgres.remove());
  const open = (url: string): pg.Pool => {
    const pool = openPool(url, 1);
    closes.push(() => pool.end());
    return pool;
  };
  return {
    open,
    create: async (...sql) => {
      created += 1;
      const name = `repositories_${created}`;
      const url = await postgres.createDatabase(name);
      for (const text of sql) await postgres.query(name, text);
      return url;
    },
    repositoryOn: (pool, users, toUser) => {
      const writes = new WriteAccess(pool, new NestLog(), new SystemClock());
      closes.push(() => {
        writes.stop();
      });
      return new DrizzleUserRepository(createDatabase(pool), writes, { users, toUser });
    },
  };
}
