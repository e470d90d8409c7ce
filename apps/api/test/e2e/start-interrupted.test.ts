import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { silent } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { withClerkStub } from '../support/api-fixture.js';
import { ApiProcess } from '../support/api-process.js';

const fixture = withClerkStub();

/** What a start waits for: set up before it, and resolves once the start waits. */
interface Obstacle {
  readonly environment: Record<string, string>;
  readonly reached: () => Promise<unknown>;
}

/** Clerk accepts the request for its signing keys and never answers. */
function silentClerk(): Promise<Obstacle> {
  const { clerk, environment } = fixture();
  clerk.keysBehaviour = silent;
  onTestFinished(() => {
    clerk.keysBehaviour = undefined;
  });
  const before = clerk.keyRequests;
  return Promise.resolve({
    environment: environment(),
    reached: () => until('the keys are requested', () => clerk.keyRequests > before),
  });
}

/**
 * Another transaction holds a table that the start needs.
 *
 * @param waiting the name of the connection that waits for it
 */
async function heldTable(
  table: string,
  waiting: string,
  extra?: Readonly<Record<string, string>>,
): Promise<Obstacle> {
  const { database, environment } = fixture();
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  onTestFinished(() => holder.end());
  await holder.query(`begin; lock table ${table}`);
  return {
    environment: environment(extra),
    reached: () =>
      until('a statement waits', async () => {
        const rows = await database.query(
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'
             and application_name = $1`,
          [waiting],
        );
        return rows.length > 0;
      }),
  };
}

/** The database's address accepts connections and never answers. */
async function silentDatabase(): Promise<Obstacle> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    environment: fixture().environment({ DATABASE_URL: `postgresql://user@127.0.0.1:${port}/app` }),
    reached: () => until('the database is asked', () => sockets.length > 0),
  };
}

test.each<readonly [NodeJS.Signals, string, () => Promise<Obstacle>]>([
  ['SIGTERM', 'the signing keys', silentClerk],
  ['SIGINT', 'the signing keys', silentClerk],
  [
    'SIGTERM',
    'migrations',
    () => heldTable('drizzle.__drizzle_migrations', 'populatte-migrations'),
  ],
  // The start gives up waiting while the shutdown still waits for the statement.
  [
    'SIGTERM',
    'the check of a database',
    () => heldTable('users', 'populatte-api', { DATABASE_MIGRATE: 'false' }),
  ],
  ['SIGTERM', 'a silent database', silentDatabase],
])('%s ends a start that waits for %s, without a drain', async (signal, _name, prepare) => {
  const { environment, reached } = await prepare();
  // As long as the limit of a test: a process that does not listen has nothing to drain.
  const api = ApiProcess.spawn({ ...environment, SHUTDOWN_DRAIN_MS: '60000' });
  await reached();
  api.signal(signal);
  expect(await api.ended()).toEqual({ code: 0, signal: null });
  expect(api.written).not.toContain('accepting');
  expect(api.stderr).toBe('');
  api.assertNoLeak();
});

test('SIGTERM ends a process that is still loading its modules', async () => {
  const stop = pathToFileURL(join(import.meta.dirname, '../support/stop-while-loading.mjs')).href;
  const api = ApiProcess.spawn({ ...fixture().environment(), NODE_OPTIONS: `--import=${stop}` });
  expect(await api.ended()).toEqual({ code: 0, signal: null });
  expect(api.written).toBe('');
});
