import { clerkUserJson } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { describe, expect, test } from 'vitest';
import { reconciledOf, startCommand } from '../support/command.js';
import { id, start } from '../support/numbered-users.js';
import { withReconcile } from '../support/reconcile.js';

const fixture = withReconcile();

/** The test's database, with this setting in each session. */
const withSetting = (setting: string): Record<string, string> => {
  const url = new URL(fixture().database.url);
  url.searchParams.set('options', `-c ${setting}`);
  return { DATABASE_URL: url.href.replaceAll('+', '%20'), DATABASE_MIGRATE: 'false' };
};

describe('users reconcile, under unusual conditions', () => {
  test('stores unusual names and emails once, and then writes nothing', async () => {
    const { clerk, live, reconcile } = fixture();
    const odd: readonly (readonly [string | null, string | null])[] = [
      [null, null],
      ['same@people.example', 'Ada'],
      ['same@people.example', 'Ada'],
      [`${'x'.repeat(400)}@people.example`, 'n'.repeat(2_000)],
      ['a@people.example', '👩‍👩‍👧‍👦 🇩🇪'],
      ['b@people.example', 'عائشة \u202Eevil\u202C'],
      ['c@people.example', 'N\0UL \uD800 lone'],
      ['', ' '],
    ];
    for (const [index, [email, name]] of odd.entries()) {
      const clerkUser = { clerkId: id(index), email, name, imageUrl: null };
      clerk.users.set(id(index), clerkUserJson(clerkUser, start, { created_at: start + index }));
    }
    const none = { ...clerk.users.get(id(0)), id: id(90), email_addresses: null };
    clerk.users.set(id(90), { ...none, created_at: start + 90 });
    const first = await reconcile('--delete-missing');
    expect(first.code).toBe(0);
    expect(reconciledOf(first)).toMatchObject({ scanned: 9, created: 9, missing: 0 });
    const second = await reconcile('--delete-missing');
    expect(reconciledOf(second)).toMatchObject({ scanned: 9, unchanged: 9, updated: 0 });
    expect(await live()).toHaveLength(9);
  });

  test('does not wait for the lease of a process that ended before the server’s clock was set back', async () => {
    const { addUsers, database, live, reconcile } = fixture();
    addUsers(1, 3);
    await reconcile();
    await database.query(
      `update user_reconciliation set owner = gen_random_uuid(), lease_until = now() + interval '2 hours'`,
    );
    addUsers(4, 5);
    expect(reconciledOf(await reconcile())).toMatchObject({ created: 2 });
    expect(await live()).toHaveLength(5);
  });

  test('deletes no user who exists, while users sign up and leave between the pages', async () => {
    const { addUsers, clerk, live, reconcile } = fixture();
    addUsers(1, 2_000);
    await reconcile();
    let next = 2_001;
    clerk.usersBehaviour = (request, response) => {
      const path = request.url ?? '';
      clerk.knownUsers(path)(request, response);
      if (!path.startsWith('/v1/users?')) return;
      // Users before, at and after the cursor leave, and others sign up.
      const ids = [...clerk.users.keys()];
      for (const at of [3, 250, 499, 501, 999, 1_400]) clerk.users.delete(ids[at] ?? '');
      for (const number of [next, next + 1]) {
        addUsers(number, number);
        const user = clerk.users.get(id(number));
        if (user !== undefined)
          clerk.users.set(id(number), { ...user, created_at: Date.now() + 90_000 });
      }
      next += 2;
    };
    const result = await reconcile('--delete-missing', '--max-deletions', '500');
    expect(result.code).toBe(0);
    clerk.usersBehaviour = undefined;
    const rows = new Set(await live());
    const lost = [...clerk.users.keys()].filter((each) => !rows.has(each) && each <= id(2_000));
    expect(lost).toEqual([]);
    await reconcile('--delete-missing', '--max-deletions', '500');
    expect(await live()).toEqual([...clerk.users.keys()].sort());
  });

  test.each([-30, -2, 2, 30])(
    'is right on a machine whose clock is %i hours off',
    async (hours) => {
      const { addUsers, clerk, database, live, reconcile, reconcileWith } = fixture();
      addUsers(1, 5);
      await reconcile();
      addUsers(2, 2, Date.now() - 60_000);
      await database.query("update users set name = 'Old' where clerk_id = $1", [id(2)]);
      clerk.users.delete(id(3));
      const shift = `const now = Date.now; Date.now = () => now() + ${hours * 3_600_000};`;
      const result = await reconcileWith(
        { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` },
        '--delete-missing',
      );
      expect(result.code).toBe(0);
      expect(reconciledOf(result)).toMatchObject({ missing: 1, deleted: 1 });
      expect(await live()).toEqual([1, 2, 4, 5].map(id));
      const names = await database.query('select name from users where clerk_id = $1', [id(2)]);
      // A change more than 24 h ahead of the clock is considered invalid.
      expect(names).toEqual([{ name: hours === -30 ? 'Old' : 'User 2' }]);
    },
  );

  test('works with a secret key that was copied with its line break', async () => {
    const { addUsers, clerk, reconcileWith } = fixture();
    addUsers(1, 2);
    const result = await reconcileWith({ CLERK_SECRET_KEY: `${clerk.secretKey}\n` });
    expect(result.stderr + result.stdout).not.toContain(clerk.secretKey);
    expect(result.code).toBe(0);
    expect(reconciledOf(result)).toMatchObject({ created: 2 });
  });

  test('works although the role’s statements may take only a millisecond', async () => {
    const { addUsers, reconcileWith } = fixture();
    addUsers(1, 1_200);
    const result = await reconcileWith(withSetting('statement_timeout=1'));
    expect(result.code).toBe(0);
    expect(reconciledOf(result)).toMatchObject({ created: 1_200 });
  });

  test('on a read-only database names the reason at once, waits for the primary, and compares with --dry-run', async () => {
    const { addUsers, environment, reconcileWith } = fixture();
    addUsers(1, 2);
    const readOnly = withSetting('default_transaction_read_only=on');
    const waiting = startCommand(['users', 'reconcile', '--json'], environment(readOnly));
    await until('it explains its wait', () => waiting.stderr.includes('read-only'));
    expect(waiting.stderr).toMatch(
      /^The database cannot be used; retrying for a minute\. The database is read-only\./,
    );
    waiting.signal('SIGTERM');
    expect(await waiting.ended).toMatchObject({ signal: 'SIGTERM' });
    expect(waiting.stdout).toBe('');
    const compared = await reconcileWith(readOnly, '--dry-run');
    expect(compared.code).toBe(2);
    expect(reconciledOf(compared)).toMatchObject({ created: 2 });
  });
});
