import { answers, inTurn } from '@populatte/clerk-stub';
import { describe, expect, test } from 'vitest';
import { reconciledOf, runCommand } from '../support/command.js';
import { id, start } from '../support/numbered-users.js';
import { withReconcile } from '../support/reconcile.js';

const fixture = withReconcile();

const fingerprints = async (): Promise<string> => {
  const rows = await fixture().database.query<{ text: string }>(
    "select coalesce(string_agg(users.xmin::text || users::text, ',' order by clerk_id), '') as text from users",
  );
  return rows[0]?.text ?? '';
};

describe('users reconcile', () => {
  test('imports every user of Clerk and then writes nothing', async () => {
    const { addUsers, reconcile } = fixture();
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
    const { addUsers, database, reconcile } = fixture();
    addUsers(1, 2);
    await reconcile();
    const events = await database.query('select distinct type, source from user_events');
    expect(events).toEqual([{ type: 'created', source: 'reconcile' }]);
  });

  test('updates changed users, bans, and rows whose version cannot be true', async () => {
    const { addUsers, clerk, database, reconcile } = fixture();
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
      { name: 'User 1', banned: false },
      { name: 'User 2', banned: false },
      { name: 'User 3', banned: false },
      { name: 'User 4', banned: true },
    ]);
  });

  test('a dry run counts the differences, writes nothing and exits with 2', async () => {
    const { addUsers, clerk, database, reconcile } = fixture();
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

  test('--since applies recent changes only, and refuses --delete-missing', async () => {
    const { addUsers, database, reconcile } = fixture();
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
    const { addUsers, clerk, reconcile } = fixture();
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
    const { addUsers, clerk, environment } = fixture();
    addUsers(1, 2_203);
    const seen: { version: unknown; at: number }[] = [];
    clerk.usersBehaviour = (request, response) => {
      seen.push({ version: request.headers['clerk-api-version'], at: performance.now() });
      clerk.knownUsers(request.url ?? '')(request, response);
    };
    const result = await runCommand(['users', 'reconcile', '--json'], environment());
    expect(result.code).toBe(0);
    expect(new Set(seen.map(({ version }) => version))).toEqual(new Set(['2026-05-12']));
    // A development instance allows 100 requests in 10 s, and the command uses half of that. On a
    // busy machine, single gaps are shorter, because the first request arrives late.
    expect(seen.length).toBeGreaterThan(6);
    const span = (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0);
    expect(span / (seen.length - 1)).toBeGreaterThan(100);
  });

  test('prints plain lines without a terminal, and no personal data', async () => {
    const { addUsers, environment } = fixture();
    addUsers(1, 3);
    const { code, stdout, stderr } = await runCommand(
      ['users', 'reconcile', '--rate', '1000'],
      environment(),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Users at Clerk: 3 (3 created');
    expect(stderr).toContain('Applying profiles: 3 of 3');
    expect(stdout + stderr).not.toMatch(/people\.example|User \d|\r/);
  });

  test.each([
    [['--max-deletions', 'many'], '--max-deletions'],
    [['--rate', '0'], '--rate'],
    [['--since', 'yesterday'], '--since'],
    [['--unknown'], '--unknown'],
  ])('refuses %j with 1', async (args, named) => {
    const { environment } = fixture();
    const result = await runCommand(['users', 'reconcile', ...args], environment());
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
