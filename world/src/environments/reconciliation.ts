import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClerkLocal, type ClerkLocal } from '@populatte/clerk-local';
import type { EmbeddedPostgres } from '@populatte/embedded-postgres';
import { ChildProgram } from '@populatte/process-kit';
import { z } from 'zod';
import type { Environment } from '../environment.js';
import { ApiProcess } from '../support/api-process.js';
import { createDatabase } from '../support/databases.js';
import type { TestContext } from '../test-context.js';

/** The reconciliation of a hundred thousand users with every kind of drift. */
export const reconciliation: Environment[] = [
  { name: 'reconciliation: 100,000 users, killed at 20 random points', run: reconcileAll },
];

const users = 100_000;
const kills = 20;

/** Clerk's limit for production instances: requests per number of seconds. */
const clerkLimit = { requests: 1_000, seconds: 10 };

/** Maximum memory of a run, in megabytes. */
const maxMemory = 250;

/** The number of users with each kind of difference between the local row and Clerk. */
const drift = {
  /** Users without a local row. */
  absent: 20_000,
  /** Users with an older profile. */
  changed: 10_000,
  /** Users with another profile at a version far in the future, which no webhook can supersede. */
  frozen: 1_000,
  /** Users deleted at Clerk but live here, as after a lost webhook or a restored backup. */
  resurrected: 500,
};

const summary = z.object({
  scanned: z.number(),
  created: z.number(),
  updated: z.number(),
  missing: z.number(),
  deleted: z.number(),
  requests: z.number(),
  durationMs: z.number(),
  resumed: z.boolean(),
});

async function reconcileAll(context: TestContext): Promise<string> {
  const server = await context.postgres();
  const database = await createDatabase(server);
  const requests: number[] = [];
  context.progress(`creating ${users} users at clerk-local`);
  const clerk = await startClerkLocal({
    seed: { users: seedUsers() },
    log: (line) => {
      if (line.includes('/v1/users')) requests.push(performance.now());
    },
  });
  context.atEnd(() => clerk.close());
  const env = {
    DATABASE_URL: server.urlOf(database),
    CLERK_API_URL: clerk.url,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
  };
  // Applies the migrations.
  await (await ApiProcess.start(context, { env })).stop();

  context.progress('importing them into an empty table');
  const imported = await finish(context, env, ['--rate', '50']);
  expectCounts('the import', imported, { scanned: users, created: users });
  await makeDrift(server, database, clerk);

  const killed = { points: [] as string[], memory: imported.memory };
  for (let kill = 1; kill <= kills; kill += 1) {
    const run = start(context, env, repair);
    const after = 1_000 + Math.random() * 4_000;
    await Promise.race([sleep(after), run.child.ended]);
    killed.memory = Math.max(killed.memory, await run.memory());
    run.child.signal('SIGKILL');
    const { code } = await run.child.ended;
    if (code === 0) break;
    killed.points.push(`${Math.round(after)} ms`);
  }
  context.progress(`killed after ${killed.points.join(', ')}`);
  const repaired = await finish(context, env, repair);
  await expectRepaired(server, database);
  const check = await finish(context, env, ['--dry-run', '--rate', '50']);
  expectCounts('the dry run afterwards', check, { created: 0, updated: 0, missing: 0 });

  const memory = Math.max(killed.memory, repaired.memory, check.memory);
  if (memory > maxMemory) throw new Error(`a run used ${memory} MB, more than ${maxMemory}`);
  const busiest = mostWithin(requests, clerkLimit.seconds * 1_000);
  if (busiest > clerkLimit.requests) {
    throw new Error(`${busiest} requests within ${clerkLimit.seconds} s`);
  }
  const seconds = imported.durationMs / 1_000;
  return [
    `killed ${killed.points.length} times, in sync at the end`,
    `at most ${memory} MB`,
    `an import took ${seconds.toFixed(0)} s: 1,000,000 users take ${((seconds * 10) / 60).toFixed(0)} min`,
  ].join('; ');
}

const repair = ['--delete-missing', '--max-deletions', String(drift.resurrected), '--rate', '20'];

function seedUsers(): { id: string; emailAddresses: string[]; firstName: string }[] {
  return Array.from({ length: users }, (_, index) => ({
    id: idOf(index),
    emailAddresses: [`user${index}@people.example`],
    firstName: `User${index}`,
  }));
}

/** Changes the local rows directly, bypassing the API. */
async function makeDrift(
  server: EmbeddedPostgres,
  database: string,
  clerk: ClerkLocal,
): Promise<void> {
  const { absent, changed, frozen, resurrected } = drift;
  const between = (from: number, count: number): string =>
    `clerk_id >= '${idOf(from)}' and clerk_id < '${idOf(from + count)}'`;
  await server.query(database, `delete from users where ${between(0, absent)}`);
  await server.query(
    database,
    `update users set name = 'Old', profile_version = 1 where ${between(absent, changed)}`,
  );
  await server.query(
    database,
    `update users set name = 'Frozen', profile_version = 99999999999999
     where ${between(absent + changed, frozen)}`,
  );
  // From here on, the journal records only the repair.
  await server.query(database, 'delete from user_events');
  for (let index = 0; index < resurrected; index += 1) {
    await clerk.users.delete(idOf(absent + changed + frozen + index));
  }
}

function idOf(index: number): string {
  return `user_${String(index).padStart(8, '0')}`;
}

interface Run {
  readonly child: ChildProgram;
  /** @returns its peak memory so far, in megabytes; 0 if the system does not report it */
  memory(): Promise<number>;
}

function start(context: TestContext, env: Record<string, string>, args: readonly string[]): Run {
  const child = ChildProgram.start(process.execPath, {
    name: 'users reconcile',
    args: ['apps/api/dist/cli.js', 'users', 'reconcile', '--json', ...args],
    cwd: context.root,
    env,
    keptOutput: Infinity,
  });
  context.atEnd(async () => {
    child.kill();
    await child.ended;
  });
  return {
    child,
    memory: async () => {
      // The process has ended.
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
    },
  };
}

/** Runs the command until it exits. @throws Error unless it exits with 0 */
async function finish(
  context: TestContext,
  env: Record<string, string>,
  args: readonly string[],
): Promise<z.infer<typeof summary> & { readonly memory: number }> {
  const run = start(context, env, args);
  const { child } = run;
  let most = 0;
  const watch = setInterval(() => {
    void run.memory().then((now) => {
      most = Math.max(most, now);
    });
  }, 200);
  const { code } = await child.ended.finally(() => {
    clearInterval(watch);
  });
  if (code !== 0) throw new Error(`users reconcile exited with ${code}: ${child.output}`);
  return { ...summary.parse(JSON.parse(child.stdout)), memory: most };
}

function expectCounts(
  what: string,
  seen: z.infer<typeof summary>,
  expected: Partial<z.infer<typeof summary>>,
): void {
  for (const [name, count] of Object.entries(expected)) {
    const found = seen[name as keyof typeof seen];
    if (found !== count) throw new Error(`${what}: ${name} is ${String(found)}, not ${count}`);
  }
}

/** Checks that the rows match Clerk and that the journal has each repair once. */
async function expectRepaired(server: EmbeddedPostgres, database: string): Promise<void> {
  const { absent, changed, frozen, resurrected } = drift;
  const [rows] = await server.query(
    database,
    `select count(*) filter (where deleted_at is null)::int as live,
       count(*) filter (where deleted_at is not null)::int as tombstones,
       count(*) filter (where deleted_at is null
         and name is distinct from 'User' || substring(clerk_id from 6)::int)::int as wrong
     from users`,
  );
  expectEqual('rows', rows, { live: users - resurrected, tombstones: resurrected, wrong: 0 });
  const events = await server.query(
    database,
    'select type, source, count(*)::int as count from user_events group by 1, 2 order by 1, 2',
  );
  expectEqual('the journal', events, [
    { type: 'created', source: 'reconcile', count: absent },
    { type: 'deleted', source: 'reconcile', count: resurrected },
    { type: 'updated', source: 'reconcile', count: changed + frozen },
  ]);
}

function expectEqual(what: string, seen: unknown, expected: unknown): void {
  if (JSON.stringify(seen) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`);
  }
}

/** @returns the maximum number of these sorted times within this many milliseconds */
function mostWithin(moments: readonly number[], milliseconds: number): number {
  let most = 0;
  let first = 0;
  for (const [index, moment] of moments.entries()) {
    while (moment - (moments[first] ?? moment) > milliseconds) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
