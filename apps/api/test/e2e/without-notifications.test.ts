import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClerkStub, clerkUserJson } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import {
  aClerkUser,
  familyName,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { expectOutcome, expectUser } from '../support/expect-answer.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { deliver } from '../support/webhook.js';

/** The default of USER_CACHE_MAX_AGE_MS is 1 s; a change is seen within twice that. */
const seenWithinMs = 2_000;

const updatedAt = Date.now() - 60_000;
let database: TestDatabase;
let clerk: ClerkStub;
let apis: readonly [ApiProcess, ApiProcess];

beforeAll(async () => {
  [database, clerk] = await Promise.all([createTestDatabase('off'), ClerkStub.start()]);
  const env = apiEnvironment({ databaseUrl: database.url, clerk });
  apis = await Promise.all([ApiProcess.start(env), ApiProcess.start(env)]);
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()));
  await clerk.close();
  await database.drop();
});

/** @returns the values of series, by their names as they are printed; 0 for one that is not listed */
async function metrics(api: ApiProcess, ...series: readonly string[]): Promise<number[]> {
  const { text } = await api.send('/metrics');
  return series.map((name) => {
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  });
}

describe('a database without LISTEN, NOTIFY and session locks', () => {
  test('refuses them with 0A000, and nothing else', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const statements: [string, unknown[]][] = [
        ['listen user_changes', []],
        ['notify user_changes', []],
        ['select pg_notify($1, $2)', ['user_changes', '']],
        ['select pg_advisory_lock($1)', [1]],
        ['select pg_try_advisory_lock(1)', []],
      ];
      for (const [text, values] of statements) {
        await expect(client.query(text, values), text).rejects.toMatchObject({ code: '0A000' });
      }
      const { rows } = await client.query('select $1::text as listen', ['notify']);
      expect(rows).toEqual([{ listen: 'notify' }]);
    } finally {
      await client.end();
    }
    const [{ notifying } = { notifying: 1 }] = await database.query<{ notifying: number }>(
      `select count(*)::int as notifying from pg_proc
       where pronamespace = 'public'::regnamespace and prosrc ~ 'pg_notify'`,
    );
    expect(notifying).toBe(0);
  });

  test('the API is ready, and says once that cached users have a maximum age', async () => {
    const [api] = apis;
    await until('it is ready', async () => (await api.send('/health/ready')).status === 200);
    const warnings = (): unknown[] =>
      api.logs().filter(({ msg }) => msg?.startsWith('LISTEN/NOTIFY is not proven to work'));
    await until('the warning is logged', () => warnings().length > 0);
    expect(warnings()).toHaveLength(1);
    expect(await metrics(api, 'user_changes_connected')).toEqual([0]);
  });

  test('requests of a known user still hit the row cache', async () => {
    const [api] = apis;
    const token = await aProfileToken(clerk.key, aClerkUser(), { claims: { updatedAt } });
    expectUser(await api.me(token));
    const series = ['hit', 'miss'].map(
      (result) => `user_cache_requests_total{cache="row",result="${result}"}`,
    );
    const before = await metrics(api, ...series);
    for (let request = 0; request < 300; request += 1) expectUser(await api.me(token));
    const after = await metrics(api, ...series);
    const [hits = 0, misses = 0] = after.map((value, index) => value - (before[index] ?? 0));
    expect(hits + misses).toBe(300);
    expect(hits).toBeGreaterThan(misses * 3);
  });

  test.each<[string, (clerkUser: ClerkUser, sid: string) => [type: string, data: unknown]]>([
    [
      'a change',
      (clerkUser) => [
        'user.updated',
        clerkUserJson({ ...clerkUser, name: `Grace ${familyName}` }, Date.now()),
      ],
    ],
    [
      'a ban',
      (clerkUser) => ['user.updated', { ...clerkUserJson(clerkUser, Date.now()), banned: true }],
    ],
    ['an ended session', ({ clerkId }, sid) => ['session.ended', { id: sid, user_id: clerkId }]],
    [
      'a deletion',
      ({ clerkId }) => ['user.deleted', { id: clerkId, object: 'user', deleted: true }],
    ],
  ])('%s at one process is seen at the other within 2 s', async (_kind, event) => {
    const [receiver, other] = apis;
    const clerkUser = aClerkUser();
    const sid = `sess_${clerkUser.clerkId}`;
    const token = await aProfileToken(clerk.key, clerkUser, { claims: { updatedAt, sid } });
    expectUser(await receiver.me(token));
    for (let time = 0; time < 5; time += 1) expectUser(await other.me(token));

    const outcome = await deliver(receiver, ...event(clerkUser, sid));
    expect(outcome.status).toBe(200);
    const committedAt = performance.now();
    const changed = /Grace|user_banned|session_ended|user_deleted/;
    // A stale response to a request that was sent later than that is an error, however slow the
    // machine is.
    let lastStaleAt = committedAt;
    await until('the other process answers with the change', async () => {
      const sentAt = performance.now();
      if (changed.test((await other.me(token)).text)) return true;
      lastStaleAt = sentAt;
      return false;
    });
    expect(lastStaleAt - committedAt).toBeLessThan(seenWithinMs);
  });

  test('a webhook that arrives twice is applied once, at whichever process', async () => {
    const clerkUser = aClerkUser();
    const [one, other] = apis;
    expectOutcome(
      await deliver(one, 'user.created', clerkUserJson(clerkUser, updatedAt)),
      'created',
    );
    expectOutcome(
      await deliver(other, 'user.created', clerkUserJson(clerkUser, updatedAt)),
      'unchanged',
    );
  });
});
