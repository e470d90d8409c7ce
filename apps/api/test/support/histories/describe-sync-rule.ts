import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { createTestDatabase, type TestDatabase } from '../test-database.js';
import { aSequence, someBursts } from './any-history.js';
import { someLives, type Lives } from './any-life.js';
import { singleStep } from './history.js';
import { permutations } from './permutations.js';
import { runHistory } from './run-history.js';
import { lifecycle } from './lifecycle.js';
import type { Row } from './sync-rule.js';
import { tryHistories, type Extent } from './try-histories.js';
import { watchWrites } from './write-watch.js';
import type { World } from './world.js';

export interface Trial {
  /** How many histories to run per property, and how. */
  readonly extent: Extent;
  /** One of the two processes restarts once per this many events. */
  readonly restartOnceIn: number;
  readonly open: (database: TestDatabase) => Promise<World>;
  readonly close?: () => Promise<void>;
}

/** The timeout: long enough for any number of histories. */
const timeout = 24 * 3_600_000;

/**
 * Describes the properties of the sync for any system that two drivers can access.
 *
 * @param name of the system under test
 */
export function describeSyncRule(name: string, { extent, restartOnceIn, ...trial }: Trial): void {
  describe(`the sync rule, ${name}`, () => {
    let database: TestDatabase;
    let world: World;
    beforeAll(async () => {
      database = await createTestDatabase();
      await watchWrites(database);
      world = await trial.open(database);
    });
    afterAll(async () => {
      await world.close();
      await trial.close?.();
      // A connection that is closing still reports, as an error, that its database was dropped.
      await until('all connections are closed', () => isUnused(database));
      await database.drop();
    });

    const tried = <T>(
      what: string,
      ...rest: readonly [Parameters<typeof tryHistories<T>>[2], (history: T) => Promise<void>]
    ): Promise<void> => tryHistories(`${name}, ${what}`, extent, ...rest);

    test(
      'sequentially: every response and every row match the model',
      () =>
        tried('one after the other', aSequence({ restartOnceIn }), async (history) => {
          await runHistory(world, history);
        }),
      timeout,
    );

    test(
      'concurrently: responses and rows match some serial order of the same events',
      () =>
        tried('all at once', someBursts({ restartOnceIn }), async (history) => {
          await runHistory(world, history);
        }),
      timeout,
    );

    test(
      'the row matches Clerk’s final state in whatever order the events arrive',
      () =>
        tried('whole lives', someLives, async ({ history, newest }: Lives) => {
          const rows = await runHistory(world, history);
          expect(rows.map(personalDataOf)).toEqual(newest);
        }),
      timeout,
    );

    test.each(
      permutations([...lifecycle.keys()]).map((order) => [order.join(', '), order] as const),
    )(
      'webhooks for created, updated, updated and deleted leave the user deleted in any order (%s)',
      async (_name, order) => {
        const events = order
          .map((index) => lifecycle[index])
          .filter((action) => action !== undefined);
        const one = await runHistory(world, {
          users: 1,
          events: events.map((action) => singleStep(action)),
        });
        expect(one).toEqual([{ state: 'deleted' }]);
        const steps = events.map((action) => ({ who: 0, driver: 0 as const, action }));
        expect(await runHistory(world, { users: 1, events: [{ kind: 'burst', steps }] })).toEqual(
          one,
        );
      },
    );

    test.each(permutations([0, 1, 2]).map((order) => [order.join(', '), order] as const))(
      'webhooks for created, updated and updated leave the newest profile in any order (%s)',
      async (_name, order) => {
        const events = order
          .map((index) => lifecycle[index])
          .filter((action) => action !== undefined);
        const [row] = await runHistory(world, {
          users: 1,
          events: events.map((action) => singleStep(action)),
        });
        expect(row).toMatchObject({
          personalData: { name: lifecycle[2].data.name },
          version: 2_000,
        });
      },
    );
  });
}

async function isUnused(database: TestDatabase): Promise<boolean> {
  const others = await database.query(
    `select from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  return others.length === 0;
}

function personalDataOf(row: Row | undefined): Lives['newest'][number] | undefined {
  if (row === null || row === undefined) return undefined;
  return row.state === 'deleted' ? null : { ...row.personalData, banned: row.bannedAt !== null };
}
