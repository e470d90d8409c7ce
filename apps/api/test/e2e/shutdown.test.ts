import { connect } from 'node:net';
import pg from 'pg';
import { expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { withClerkStub } from '../support/api-fixture.js';
import { ApiProcess } from '../support/api-process.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import { isRefused } from '../support/is-refused.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, type TokenOptions } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

const fixture = withClerkStub();

const start = (): Promise<ApiProcess> => fixture().start();

/** Locks the table, so that writes wait. @returns releases the lock */
async function lockWrites(): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: fixture().database.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('lock table users in exclusive mode');
  return async () => {
    await holder.query('rollback');
    await holder.end();
  };
}

/** Token options with a newer version, which must be written. */
function newer(): TokenOptions {
  return { claims: { updatedAt: Date.now() + 5_000 } };
}

/** @returns the number of statements that wait for a lock */
async function waiting(): Promise<number> {
  const rows = await fixture().database.query(
    `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  );
  return rows.length;
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'after %s, requests in flight are answered, new connections are refused, and the process exits with 0',
  async (signal) => {
    const api = await start();
    const clerkUser = aClerkUser();
    expectUser(await api.me(await aProfileToken(fixture().clerk.key, clerkUser)));
    const release = await lockWrites();
    const renamed = { ...clerkUser, name: 'Grace Testperson' };
    const request = api.me(await aProfileToken(fixture().clerk.key, renamed, newer()));
    // For a different user, because a process writes each user's row one statement at a time.
    const webhook = deliver(api, 'user.created', clerkUserJson(aClerkUser(), Date.now()));
    await until('both statements wait', async () => (await waiting()) === 2);

    api.signal(signal);
    await until('connections are refused', () => isRefused(api.url));
    expect(api.alive).toBe(true);
    await release();
    const releasedAt = performance.now();

    expect(expectUser(await request).name).toBe(renamed.name);
    const outcome = await webhook;
    expect(outcome.status).toBe(200);
    expect(await api.ended()).toEqual({ code: 0, signal: null });
    // The shutdown does not wait for a client that keeps its connection open.
    expect(performance.now() - releasedAt).toBeLessThan(6_000);
    expect(api.stderr).toBe('');
    api.assertNoLeak();
  },
);

test('a connected client that sends nothing does not delay the shutdown', async () => {
  const api = await start();
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.on('error', () => undefined);
  const startedAt = performance.now();
  api.signal('SIGTERM');
  expect(await api.ended()).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  socket.destroy();
});

test('a client that disconnected before its answer does not delay the shutdown', async () => {
  const api = await start();
  const clerkUser = aClerkUser();
  expectUser(await api.me(await aProfileToken(fixture().clerk.key, clerkUser)));
  const release = await lockWrites();
  const token = await aProfileToken(
    fixture().clerk.key,
    { ...clerkUser, name: 'Ada Testperson' },
    newer(),
  );
  const leaving = new AbortController();
  const request = fetch(`${api.url}/users/me`, {
    headers: { authorization: `Bearer ${token}` },
    signal: leaving.signal,
  });
  await until('the statement waits', async () => (await waiting()) === 1);
  leaving.abort();
  await expect(request).rejects.toThrow();
  await release();

  const startedAt = performance.now();
  // Stays connected: if a request still counted as in flight, the shutdown would wait for this
  // connection.
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  api.signal('SIGTERM');
  expect(await api.ended()).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  socket.destroy();
});

test('database connections are closed on shutdown', async () => {
  const api = await start();
  expectUser(await api.me(await aProfileToken(fixture().clerk.key, aClerkUser())));
  await api.stop();
  await until('the connections are closed', async () => {
    const left = await fixture().database.query(
      `select from pg_stat_activity where application_name = 'populatte-api' and datname = current_database()`,
    );
    return left.length === 0;
  });
});

test('after kill -9 during requests, the next process serves the same users', async () => {
  const first = await start();
  const clerkUsers = Array.from({ length: 20 }, () => aClerkUser());
  const tokens = await Promise.all(
    clerkUsers.map((clerkUser) => aProfileToken(fixture().clerk.key, clerkUser)),
  );
  // The kill breaks these requests.
  const requests = tokens.map((token) => first.me(token).catch(() => null));
  await Promise.any(requests);
  first.signal('SIGKILL');
  await Promise.all(requests);
  await first.ended();

  const second = await start();
  for (const token of tokens) expectUser(await second.me(token));
  const [clerkUser] = clerkUsers;
  if (clerkUser !== undefined) {
    expectOutcome(await deliver(second, 'user.deleted', { id: clerkUser.clerkId }), 'deleted');
    expectProblem(await second.me(tokens[0] ?? ''), 401, 'user_deleted');
  }
  await second.stop();
});
