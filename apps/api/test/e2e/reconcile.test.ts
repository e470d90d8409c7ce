import { answers, ClerkStub, inTurn } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import {
  type CommandResult,
  reconciledOf,
  resultOf,
  runCommand,
  startCommand,
} from '../support/command.js';
import { publishableKey } from '../support/environment.builder.js';
import { addUsers as addNumberedUsers, id, start } from '../support/numbered-users.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let clerk: ClerkStub;
let database: TestDatabase;

beforeEach(async () => {
  [clerk, database] = await Promise.all([ClerkStub.start(), createTestDatabase()]);
});
afterEach(async () => {
  await clerk.close();
  await database.drop();
});

const addUsers = (from: number, to: number, updatedAt = start): void => {
  addNumberedUsers(clerk, from, to, updatedAt);
};

const env = (extra: Readonly<Record<string, string>> = {}): Record<string, string> =>
  apiEnvironment({ databaseUrl: database.url, clerk, extra });

const reconcile = (...args: string[]): Promise<CommandResult> =>
  runCommand(['users', 'reconcile', '--json', '--rate', '1000', ...args], env());

const live = async (): Promise<string[]> => {
  const rows = await database.query<{ clerk_id: string }>(
    'select clerk_id from users where deleted_at is null order by clerk_id',
  );
  return rows.map(({ clerk_id }) => clerk_id);
};

const fingerprints = async (): Promise<string> => {
  const rows = await database.query<{ text: string }>(
    "select coalesce(string_agg(users.xmin::text || users::text, ',' order by clerk_id), '') as text from users",
  );
  return rows[0]?.text ?? '';
};

describe('users reconcile', () => {
  test('imports every user of Clerk and then writes nothing', async () => {
    addUsers(1, 1_203);
    const first = await reconcile();
    expect(first.code).toBe(0);
    expect(reconciledOf(first)).toMatchObject({ scanned: 1_203, created: 1_203, missing: 0 });
    const before = await fingerprints();
    const second = await reconcile();
    expect(second.code).toBe(0);
    expect(reconciledOf(second)).toMatchObject({
      scanned: 1_203,
      created: 0,
      updated: 0,
      unchanged: 1_203,
      resumed: false,
    });
    expect(await fingerprints()).toBe(before);
  });

  test('writes its source to the journal', async () => {
    addUsers(1, 2);
    await reconcile();
    const events = await database.query('select distinct type, source from user_events');
    expect(events).toEqual([{ type: 'created', source: 'reconcile' }]);
  });

  test('updates changed users, bans, and rows whose version cannot be true', async () => {
    addUsers(1, 4);
    await reconcile();
    addUsers(2, 2, start + 1_000);
    await database.query("update users set name = 'Old' where clerk_id = $1", [id(2)]);
    await database.query(
      "update users set name = 'Frozen', profile_version = 99999999999999 where clerk_id = $1",
      [id(3)],
    );
    const banned = clerk.users.get(id(4));
    if (banned !== undefined) {
      clerk.users.set(id(4), { ...banned, banned: true, updated_at: start + 5_000 });
    }
    expect(reconciledOf(await reconcile())).toMatchObject({ updated: 3, unchanged: 1 });
    const rows = await database.query(
      'select name, banned_at is not null as banned from users order by clerk_id',
    );
    expect(rows).toEqual([
      { name: 'Person 1', banned: false },
      { name: 'Person 2', banned: false },
      { name: 'Person 3', banned: false },
      { name: 'Person 4', banned: true },
    ]);
  });

  test('a dry run counts the differences, writes nothing and exits with 2', async () => {
    addUsers(1, 3);
    await reconcile();
    addUsers(4, 5);
    clerk.users.delete(id(1));
    const before = await fingerprints();
    const state = await database.query('select user_reconciliation::text from user_reconciliation');
    const result = await reconcile('--dry-run');
    expect(result.code).toBe(2);
    expect(reconciledOf(result)).toMatchObject({
      created: 2,
      unchanged: 2,
      missing: 1,
      deleted: 0,
    });
    expect(await fingerprints()).toBe(before);
    expect(
      await database.query('select user_reconciliation::text from user_reconciliation'),
    ).toEqual(state);
    await reconcile('--delete-missing');
    expect((await reconcile('--dry-run')).code).toBe(0);
  });

  test('reports missing users, and deletes them only with --delete-missing', async () => {
    addUsers(1, 5);
    await reconcile();
    clerk.users.delete(id(3));
    const reported = await reconcile();
    expect(reported.code).toBe(0);
    expect(reconciledOf(reported)).toMatchObject({ missing: 1, deleted: 0, heldBack: 0 });
    expect(await live()).toHaveLength(5);
    const deleted = await reconcile('--delete-missing');
    expect(deleted.code).toBe(0);
    expect(reconciledOf(deleted)).toMatchObject({ missing: 1, deleted: 1, heldBack: 0 });
    expect(await live()).toEqual([1, 2, 4, 5].map(id));
    const events = await database.query("select source from user_events where type = 'deleted'");
    expect(events).toEqual([{ source: 'reconcile' }]);
  });

  test('looks up a user who is not in the list by id before it counts the user as missing', async () => {
    addUsers(1, 3);
    await reconcile();
    const lagging = clerk.users.get(id(2));
    clerk.users.delete(id(2));
    clerk.usersBehaviour = (request, response) => {
      const path = request.url ?? '';
      const body = JSON.stringify(lagging);
      const behavior = path === `/v1/users/${id(2)}` ? answers(200, body) : clerk.knownUsers(path);
      behavior(request, response);
    };
    const result = await reconcile('--delete-missing');
    expect(result.code).toBe(0);
    expect(reconciledOf(result)).toMatchObject({ missing: 0, deleted: 0 });
    expect(await live()).toHaveLength(3);
  });

  test('holds all deletions back if more users are missing than --max-deletions', async () => {
    addUsers(1, 10);
    await reconcile();
    for (const number of [1, 2, 3]) clerk.users.delete(id(number));
    const held = await reconcile('--delete-missing');
    expect(held.code).toBe(3);
    expect(reconciledOf(held)).toMatchObject({ missing: 3, deleted: 0, heldBack: 3 });
    expect(held.stderr).toContain('--max-deletions');
    const allowed = await reconcile('--delete-missing', '--max-deletions', '3');
    expect(allowed.code).toBe(0);
    expect(reconciledOf(allowed)).toMatchObject({ missing: 3, deleted: 3 });
  });

  test.each([1, 12])('an empty instance deletes none of %i users', async (users) => {
    addUsers(1, users);
    await reconcile();
    clerk.users.clear();
    const result = await reconcile('--delete-missing', '--max-deletions', '1000');
    expect(result.code).toBe(3);
    expect(reconciledOf(result)).toMatchObject({ missing: users, deleted: 0, heldBack: users });
    expect(await live()).toHaveLength(users);
  });

  test('a list that is shorter than Clerk’s count deletes no user', async () => {
    addUsers(1, 10);
    await reconcile();
    clerk.users.delete(id(4));
    clerk.usersBehaviour = (request, response) => {
      const path = request.url ?? '';
      const count = answers(200, JSON.stringify({ object: 'total_count', total_count: 10 }));
      (path === '/v1/users/count' ? count : clerk.knownUsers(path))(request, response);
    };
    const result = await reconcile('--delete-missing');
    expect(result.code).toBe(3);
    expect(reconciledOf(result)).toMatchObject({ missing: 1, deleted: 0, heldBack: 1 });
    expect(await live()).toHaveLength(10);

    // If that user has no row, the command cannot detect the difference.
    await database.query('delete from users where clerk_id = $1', [id(4)]);
    for (const [args, code] of [
      [['--dry-run'], 2],
      [[], 1],
    ] as const) {
      const short = await reconcile(...args);
      expect(short.code).toBe(code);
      expect(short.stderr).toContain('Clerk counts 1 users that it did not list');
    }
  });

  test('a wrong key deletes no user, exits with 1 and names the variable', async () => {
    addUsers(1, 2);
    await reconcile();
    const result = await runCommand(
      ['users', 'reconcile', '--delete-missing', '--json'],
      env({ CLERK_SECRET_KEY: 'sk_test_0another0key' }),
    );
    expect(result.code).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain('CLERK_SECRET_KEY');
    expect(result.stderr).not.toContain('sk_test_');
    expect(await live()).toHaveLength(2);
  });

  test.each([1, 2, 300])('another instance’s key deletes none of %i users', async (users) => {
    addUsers(1, users);
    await reconcile();
    const other = await ClerkStub.start();
    try {
      await other.rotate('ins_other');
      for (const who of [900, 901]) {
        addUsers(who, who);
        const user = clerk.users.get(id(who));
        if (user !== undefined) other.users.set(user.id, user);
      }
      const result = await runCommand(
        ['users', 'reconcile', '--delete-missing', '--json', '--rate', '1000'],
        apiEnvironment({
          databaseUrl: database.url,
          clerk: other,
          extra: { CLERK_PUBLISHABLE_KEY: publishableKey('test', 'other.clerk.accounts.dev') },
        }),
      );
      expect(result.code).toBe(3);
      expect(reconciledOf(result)).toMatchObject({ deleted: 0 });
      expect(result.stderr).toContain('a different Clerk instance');
      expect(await live()).toHaveLength(users);
    } finally {
      await other.close();
    }
  });

  test('does not assume that existing users belong to the first instance that it sees', async () => {
    await database.query(
      "insert into users (id, clerk_id, profile_version, created_at) values (gen_random_uuid(), 'user_unknown', 1, now() - interval '1 day')",
    );
    addUsers(1, 3);
    const result = await reconcile('--delete-missing');
    expect(result.code).toBe(3);
    expect(await live()).toContain('user_unknown');
    expect(result.stderr).toContain('may belong to a different Clerk instance');
  });

  test('does not delete a user whose row was created after the listing began', async () => {
    addUsers(1, 3);
    await reconcile();
    await database.query(
      "insert into users (id, clerk_id, profile_version, created_at) values (gen_random_uuid(), 'user_signing_up', 1, now() + interval '1 minute')",
    );
    const result = await reconcile('--delete-missing');
    expect(reconciledOf(result)).toMatchObject({ missing: 0, deleted: 0 });
    expect(await live()).toContain('user_signing_up');
  });

  test('--since applies recent changes only, and refuses --delete-missing', async () => {
    addUsers(1, 700);
    await reconcile();
    await database.query("update users set name = 'Old', profile_version = 1");
    addUsers(10, 12, start + 60_000);
    const since = new Date(start + 60_000).toISOString();
    const result = await reconcile('--since', since);
    expect(result.code).toBe(0);
    expect(reconciledOf(result)).toMatchObject({ scanned: 3, updated: 3, missing: 0 });
    const refused = await reconcile('--since', since, '--delete-missing');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--delete-missing');
  });

  test('honours Retry-After, and survives failures of Clerk', async () => {
    addUsers(1, 3);
    clerk.usersBehaviour = inTurn(
      answers(500),
      answers(429, '{}', { 'retry-after': '1' }),
      (request, response) => {
        clerk.knownUsers(request.url ?? '')(request, response);
      },
    );
    const startedAt = performance.now();
    const result = await reconcile();
    expect(result.code).toBe(0);
    expect(reconciledOf(result)).toMatchObject({ created: 3 });
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);
  });

  test('sends the version of Clerk’s API and keeps to its rate', async () => {
    addUsers(1, 2_203);
    const seen: { version: unknown; at: number }[] = [];
    clerk.usersBehaviour = (request, response) => {
      seen.push({ version: request.headers['clerk-api-version'], at: performance.now() });
      clerk.knownUsers(request.url ?? '')(request, response);
    };
    const result = await runCommand(['users', 'reconcile', '--json'], env());
    expect(result.code).toBe(0);
    expect(new Set(seen.map(({ version }) => version))).toEqual(new Set(['2026-05-12']));
    // A development instance allows 100 requests in 10 s, and the command uses half of that. On a
    // busy machine, single gaps are shorter, because the first request arrives late.
    expect(seen.length).toBeGreaterThan(6);
    const span = (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0);
    expect(span / (seen.length - 1)).toBeGreaterThan(100);
  });

  test('resumes after kill -9, even if the cursor’s user was deleted or --since ran in between', async () => {
    addUsers(1, 2_600);
    let pages = 0;
    clerk.usersBehaviour = (request, response) => {
      const path = request.url ?? '';
      if (path.startsWith('/v1/users?')) pages += 1;
      // The third page never arrives.
      if (pages < 3) clerk.knownUsers(path)(request, response);
    };
    const killed = startCommand(['users', 'reconcile', '--rate', '1000'], env());
    await until('the third page is asked for', () => pages >= 3);
    killed.signal('SIGKILL');
    await killed.ended;
    clerk.usersBehaviour = undefined;
    clerk.users.delete(id(1_000));
    expect((await reconcile('--since', new Date().toISOString())).code).toBe(0);
    clerk.requests.clear();
    const resumed = await reconcile('--delete-missing');
    expect(resumed.code).toBe(0);
    expect(reconciledOf(resumed)).toMatchObject({ created: 2_600, resumed: true });
    const listed = [...clerk.requests.keys()].filter((path) => path.includes('order_by'));
    expect(listed.length).toBeLessThanOrEqual(6);
    expect(await live()).toHaveLength(2_600);
    const last = await reconcile('--delete-missing');
    expect(reconciledOf(last)).toMatchObject({ missing: 1, deleted: 1, resumed: false });
  });

  test('two concurrent runs do the work once', async () => {
    addUsers(1, 1_400);
    // Clerk does not answer one process until the other has found it running.
    const held: (() => void)[] = [];
    clerk.usersBehaviour = (request, response) => {
      held.push(() => {
        clerk.knownUsers(request.url ?? '')(request, response);
      });
    };
    const args = ['users', 'reconcile', '--json', '--rate', '1000'];
    const both = [startCommand(args, env()), startCommand(args, env())];
    await until('one of them waits', () =>
      both.some(({ stderr }) => stderr.includes('Waiting for another reconciliation')),
    );
    clerk.usersBehaviour = undefined;
    for (const answer of held) answer();
    const results = await Promise.all(both.map(resultOf));
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(results.map((result) => reconciledOf(result).created)).toEqual([1_400, 1_400]);
    const pages = [...clerk.requests].filter(([path]) => path.includes('order_by'));
    expect(pages.map(([, times]) => times)).toEqual([1, 1, 1, 1]);
    expect(results.map(({ stderr }) => stderr).join('')).toContain('Another process did the work');
  });

  test('prints plain lines without a terminal, and no personal data', async () => {
    addUsers(1, 3);
    const { code, stdout, stderr } = await runCommand(
      ['users', 'reconcile', '--rate', '1000'],
      env(),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('3 users at Clerk: 3 created');
    expect(stderr).toContain('Applying profiles: 3 of 3');
    expect(stdout + stderr).not.toMatch(/people\.example|Person|\r/);
  });

  test.each([
    [['--max-deletions', 'many'], '--max-deletions'],
    [['--rate', '0'], '--rate'],
    [['--since', 'yesterday'], '--since'],
    [['--unknown'], '--unknown'],
  ])('refuses %j with 1', async (args, named) => {
    const result = await runCommand(['users', 'reconcile', ...args], env());
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(named);
  });

  test('--help lists the options', async () => {
    const result = await runCommand(['users', 'reconcile', '--help'], {});
    expect(result.code).toBe(0);
    for (const option of ['--dry-run', '--delete-missing', '--max-deletions', '--since']) {
      expect(result.stdout).toContain(option);
    }
  });
});
