import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClerkStub, clerkUserJson } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { watchWrites } from '../support/histories/write-watch.js';
import {
  aClerkUser,
  familyName,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../support/send.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { deliver } from '../support/webhook.js';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** In milliseconds; earlier than every token of the tests. */
const start = Date.now() - 3_600_000;

const renamed = (clerkUser: ClerkUser, index: number): ClerkUser => ({
  ...clerkUser,
  name: `${familyName} ${index}`,
});

/** Outcomes of webhook responses, sorted; a response other than 200 appears as its whole text. */
function outcomes(answers: readonly Answer[]): string[] {
  return answers
    .map(({ status, text }) => `${status} ${text}`)
    .map((line) => /^200 \{"success":true,"outcome":"(\w+)"\}$/.exec(line)?.[1] ?? line)
    .sort();
}

describe.each([2, 3])('%i processes on one database', (count) => {
  let database: TestDatabase;
  let clerk: ClerkStub;
  let apis: readonly ApiProcess[] = [];

  beforeAll(async () => {
    [database, clerk] = await Promise.all([createTestDatabase(), ClerkStub.start()]);
    await watchWrites(database);
    const env = apiEnvironment({ databaseUrl: database.url, clerk });
    apis = await Promise.all(times(count, () => ApiProcess.start(env)));
  });
  afterAll(async () => {
    await Promise.all(apis.map((api) => api.stop()));
    await clerk.close();
    await database.drop();
  });

  const api = (index: number): ApiProcess => {
    const one = apis[index % apis.length];
    if (one === undefined) throw new Error('The APIs run during tests only.');
    return one;
  };
  const deleted = (index: number, { clerkId }: ClerkUser): Promise<Answer> =>
    deliver(api(index), 'user.deleted', { id: clerkId, object: 'user', deleted: true });

  test('create one row per user for 20 concurrent first requests of each of 20 new users', async () => {
    const clerkUsers = times(20, () => aClerkUser());
    const tokens = await Promise.all(
      clerkUsers.map((clerkUser) => aProfileToken(clerk.key, clerkUser)),
    );
    const answers = await Promise.all(
      times(20, (index) => tokens.map((token) => api(index).me(token))).flat(),
    );
    const ids = new Map<string, Set<string>>();
    for (const answer of answers) {
      const { clerkId, id } = expectUser(answer);
      ids.set(clerkId, (ids.get(clerkId) ?? new Set()).add(id));
    }
    for (const { clerkId } of clerkUsers) {
      const { id } = await storedRow(database, clerkId);
      expect([...(ids.get(clerkId) ?? [])]).toEqual([id]);
    }
  });

  test('call Clerk once per process and user for concurrent first requests without a profile', async () => {
    const clerkUsers = times(20, () => aClerkUser());
    for (const clerkUser of clerkUsers)
      clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, start));
    const tokens = await Promise.all(
      clerkUsers.map(({ clerkId }) => aSessionToken(clerk.key, clerkId)),
    );
    const answers = await Promise.all(
      times(12, (index) => tokens.map((token) => api(index).me(token))).flat(),
    );
    expect(new Set(answers.map((answer) => expectUser(answer).id)).size).toBe(20);
    for (const clerkUser of clerkUsers) {
      const { clerkId, email, name } = clerkUser;
      expect(await storedRows(database, clerkId)).toMatchObject([{ email, name }]);
      expect(clerk.userRequests(clerkId)).toBeLessThanOrEqual(count);
    }
  });

  test('keep the newest profile if requests and webhooks reach different processes', async () => {
    const clerkUsers = times(20, () => aClerkUser());
    await Promise.all(
      clerkUsers.map(async (clerkUser, index) => {
        const [byToken, byWebhook] = [renamed(clerkUser, 1), renamed(clerkUser, 2)];
        const tokenIsNewer = index % 2 === 0;
        const updatedAt = start + (tokenIsNewer ? 2 : 1);
        const token = await aProfileToken(clerk.key, byToken, { claims: { updatedAt } });
        const [first, webhook, second] = await Promise.all([
          api(index).me(token),
          deliver(
            api(index + 1),
            'user.created',
            clerkUserJson(byWebhook, start + (tokenIsNewer ? 1 : 2)),
          ),
          api(index + 2).me(token),
        ]);
        expect(webhook.status).toBe(200);
        const { id, name } = await storedRow(database, clerkUser.clerkId);
        expect([expectUser(first).id, expectUser(second).id]).toEqual([id, id]);
        expect(name).toBe((tokenIsNewer ? byToken : byWebhook).name);
      }),
    );
  });

  test('serve or refuse requests during a deletion and all refuse them afterwards', async () => {
    const clerkUsers = times(10, () => aClerkUser());
    await Promise.all(
      clerkUsers.map(async (clerkUser, index) => {
        const token = await aProfileToken(clerk.key, clerkUser);
        const [deletion, ...answers] = await Promise.all([
          deleted(index, clerkUser),
          ...times(9, (request) => api(request).me(token)),
        ]);
        expect(outcomes([deletion])).toEqual(['deleted']);
        for (const answer of answers) {
          if (answer.status !== 200) expectProblem(answer, 401, 'user_deleted');
        }
        for (const one of apis) {
          // A notification takes milliseconds on a quiet machine; the contract's limit is the lease.
          await until(
            'the process refuses the user',
            async () => (await one.me(token)).status !== 200,
            5_000,
          );
          expectProblem(await one.me(token), 401, 'user_deleted');
        }
        expect(await storedRows(database, clerkUser.clerkId)).toMatchObject([
          { deleted: true, email: null, name: null, image_url: null },
        ]);
      }),
    );
  });

  test('create the user once if one webhook is delivered to all of them several times', async () => {
    const clerkUsers = times(10, () => aClerkUser());
    await Promise.all(
      clerkUsers.map(async (clerkUser) => {
        const user = clerkUserJson(clerkUser, start);
        const answers = await Promise.all(
          times(9, (index) => deliver(api(index), 'user.created', user)),
        );
        expect(outcomes(answers)).toEqual(['created', ...times(8, () => 'unchanged')]);
        expect(await storedRows(database, clerkUser.clerkId)).toHaveLength(1);
      }),
    );
  });

  test('keep the newest of 40 concurrent webhooks of one user and answer all with 200', async () => {
    const clerkUser = aClerkUser();
    // Every second version counts down, so that newer and older versions race.
    const versions = times(40, (index) => (index % 2 ? index : 40 - index));
    const answers = await Promise.all(
      versions.map((version, index) =>
        deliver(
          api(index),
          'user.updated',
          clerkUserJson(renamed(clerkUser, version), start + version),
        ),
      ),
    );
    const known = ['created', 'stale', 'updated', 'unchanged'];
    expect(outcomes(answers).filter((outcome) => !known.includes(outcome))).toEqual([]);
    expect(outcomes(answers).filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({
      name: renamed(clerkUser, 40).name,
      profile_version: String(start + 40),
    });
  });

  test('delete the user once and permanently if all of them receive the deletion among updates', async () => {
    const clerkUsers = times(10, () => aClerkUser());
    await Promise.all(
      clerkUsers.map(async (clerkUser) => {
        const deletions = times(6, (index) => deleted(index, clerkUser));
        const updates = times(6, (index) =>
          deliver(
            api(index),
            'user.updated',
            clerkUserJson(renamed(clerkUser, index), start + index),
          ),
        );
        expect(outcomes(await Promise.all(deletions))).toEqual([
          'deleted',
          ...times(5, () => 'ignored'),
        ]);
        for (const { status } of await Promise.all(updates)) expect(status).toBe(200);
        const late = await deliver(api(1), 'user.updated', clerkUserJson(clerkUser, Date.now()));
        expect(outcomes([late])).toEqual(['ignored']);
        expect(await storedRows(database, clerkUser.clerkId)).toMatchObject([{ deleted: true }]);
      }),
    );
  });
});

test('three processes that migrate an empty database at once apply each migration once', async () => {
  const [empty, clerk] = await Promise.all([createTestDatabase(), ClerkStub.start()]);
  const applied = (): Promise<unknown[]> =>
    empty.query('select hash, created_at from drizzle.__drizzle_migrations order by id');
  const expected = await applied();
  await empty.query(
    'drop schema public cascade; drop schema drizzle cascade; create schema public',
  );

  const release = await holdMigrations(empty);
  const env = apiEnvironment({ databaseUrl: empty.url, clerk });
  const apis = times(3, () => ApiProcess.spawn(env));
  const holdingBack = (): number =>
    apis.filter((api) =>
      api.logs().some(({ msg }) => (msg ?? '').startsWith('Waiting for another instance')),
    ).length;
  await until('one process migrates and the other two log that they wait', async () => {
    return (await waiting(empty)) === 1 && holdingBack() === 2;
  });
  await Promise.all(apis.map((api) => api.accepting()));
  for (const api of apis) {
    expect((await api.send('/health/live')).status).toBe(200);
    expect((await api.send('/health/ready')).status).toBe(503);
  }
  await release();
  for (const api of apis) {
    await until(
      'the process is ready',
      async () => (await api.send('/health/ready')).status === 200,
    );
  }

  expect(await applied()).toEqual(expected);
  const token = await aProfileToken(clerk.key, aClerkUser());
  const users = await Promise.all(apis.map(async (api) => expectUser(await api.me(token))));
  expect(new Set(users.map(({ id }) => id)).size).toBe(1);
  for (const api of apis) {
    expect((await api.send('/health/ready')).status).toBe(200);
    // Each probe above that got 503 has a log line.
    const complaints = api
      .logs()
      .filter(({ level, msg }) => level === 'error' || (level === 'warn' && msg !== 'failed'));
    expect(complaints).toEqual([]);
  }
  await Promise.all(apis.map((api) => api.stop()));
  await clerk.close();
  await empty.drop();
});

/** Blocks every migration, regardless of the locks that it uses. @returns releases them */
async function holdMigrations({ url }: TestDatabase): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query('begin');
  // A migration creates this schema first; PostgreSQL makes it wait until this transaction ends.
  await holder.query('create schema drizzle');
  return async () => {
    await holder.query('rollback');
    await holder.end();
  };
}

async function waiting(database: TestDatabase): Promise<number> {
  const rows = await database.query(
    `select from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'
       and application_name = 'populatte-migrations'`,
  );
  return rows.length;
}
