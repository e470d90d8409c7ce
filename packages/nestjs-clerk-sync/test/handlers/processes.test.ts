import { fileURLToPath } from 'node:url';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { ChildProgram, until } from '@populatte/process-kit';
import type pg from 'pg';
import { pgTable } from 'drizzle-orm/pg-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clerkSyncSql, clerkUserColumns, clerkUserConstraints } from '../../src/index.js';
import { startTestClerk, type TestClerk } from '../../src/testing/index.js';
import { createUserTable } from '../support/create-user-table.js';

const users = pgTable('people', clerkUserColumns(), clerkUserConstraints);
const worker = fileURLToPath(new URL('./worker.fixture.js', import.meta.url));

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let url: string;
let pool: pg.Pool;
let databases = 0;
const workers: ChildProgram[] = [];

beforeAll(async () => {
  [postgres, clerk] = await Promise.all([startTemporaryPostgres(), startTestClerk()]);
});
afterAll(async () => {
  await Promise.all([postgres.remove(), clerk.close()]);
});
beforeEach(async () => {
  databases += 1;
  url = await postgres.createDatabase(`workers${databases}`);
  pool = openPool(url, 3);
  await pool.query(`${createUserTable('people')}
    create table effects (
      id bigserial primary key, handler text not null, user_id uuid not null, event text not null)`);
  await pool.query(clerkSyncSql(users));
});
afterEach(async () => {
  for (const each of workers.splice(0)) {
    each.kill();
    await each.ended;
  }
  await pool.end();
});

/** @param extra variables for the worker */
async function startWorker(extra: Readonly<Record<string, string>> = {}): Promise<ChildProgram> {
  const program = ChildProgram.start(process.execPath, {
    name: 'The worker',
    args: [worker],
    env: { ...process.env, CLERK: JSON.stringify(clerk.options), DATABASE_URL: url, ...extra },
  });
  workers.push(program);
  await program.until('has started', () => Promise.resolve(program.stdout.includes('started')), {
    timeoutMs: 60_000,
  });
  return program;
}

async function count(query: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from ${query}`,
  );
  return rows[0]?.count ?? 0;
}

async function insertUsers(number: number): Promise<void> {
  await pool.query(
    `insert into people (id, clerk_id, name, profile_version)
     select gen_random_uuid(), 'user_' || n, 'Ada', 1 from generate_series(1, $1::int) as n`,
    [number],
  );
}

const handlerIsKnown = async (): Promise<boolean> => (await count('user_event_handlers')) === 1;

test('a process killed between effect and commit leaves nothing behind, and another one handles the event', async () => {
  const first = await startWorker({ KILL: 'before-commit' });
  await until('the handler is known', handlerIsKnown);
  await insertUsers(1);
  await first.ended;
  expect(first.exit?.signal).toBe('SIGKILL');
  expect(await count('effects')).toBe(0);
  expect(await count('user_event_deliveries')).toBe(1);
  await startWorker();
  await until('the event is handled', async () => (await count('user_event_deliveries')) === 0);
  expect(await count('effects')).toBe(1);
});

test('three processes that are killed and restarted apply each effect once, in order', async () => {
  const running = await Promise.all([startWorker(), startWorker(), startWorker()]);
  await until('the handler is known', handlerIsKnown);
  await insertUsers(500);
  for (const [index, victim] of running.entries()) {
    const target = (index + 1) * 100;
    await until('some events are handled', async () => (await count('effects')) >= target);
    victim.kill();
    await pool.query(`update people set name = $1 where clerk_id like $2`, [
      'New',
      `user_${index + 1}%`,
    ]);
    await startWorker();
  }
  await until('every event is handled', async () => (await count('user_event_deliveries')) === 0);
  expect(await count('effects')).toBe(await count('user_events'));
  expect(
    await count(`(
      select from effects group by user_id
      having (array_agg(event order by id))[1] <> 'created' or count(*) filter (where event = 'created') <> 1
    ) as wrong_order`),
  ).toBe(0);
});
