import { answers, ClerkStub } from '@populatte/clerk-stub';
import { describe, expect, test } from 'vitest';
import { reconciledOf } from '../support/command.js';
import { publishableKey } from '../support/environment.builder.js';
import { id } from '../support/numbered-users.js';
import { withReconcile } from '../support/reconcile.js';

const fixture = withReconcile();

describe('users reconcile and users whom Clerk does not have', () => {
  test('reports missing users, and deletes them only with --delete-missing', async () => {
    const { addUsers, clerk, database, live, reconcile } = fixture();
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
    const { addUsers, clerk, live, reconcile } = fixture();
    addUsers(1, 3);
    await reconcile();
    const lagging = clerk.users.get(id(2));
    clerk.users.delete(id(2));
    clerk.usersBehaviour = (request, response) => {
      const path = request.url ?? '';
      const body = JSON.stringify(lagging);
      const behaviour = path === `/v1/users/${id(2)}` ? answers(200, body) : clerk.knownUsers(path);
      behaviour(request, response);
    };
    const result = await reconcile('--delete-missing');
    expect(result.code).toBe(0);
    expect(reconciledOf(result)).toMatchObject({ missing: 0, deleted: 0 });
    expect(await live()).toHaveLength(3);
  });

  test('holds all deletions back if more users are missing than --max-deletions', async () => {
    const { addUsers, clerk, reconcile } = fixture();
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
    const { addUsers, clerk, live, reconcile } = fixture();
    addUsers(1, users);
    await reconcile();
    clerk.users.clear();
    const result = await reconcile('--delete-missing', '--max-deletions', '1000');
    expect(result.code).toBe(3);
    expect(reconciledOf(result)).toMatchObject({ missing: users, deleted: 0, heldBack: users });
    expect(await live()).toHaveLength(users);
  });

  test('a list that is shorter than Clerk’s count deletes no user', async () => {
    const { addUsers, clerk, database, live, reconcile } = fixture();
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
      expect(short.stderr).toContain('Users that Clerk counts but does not list: 1.');
    }
  });

  test('a wrong key deletes no user, exits with 1 and names the variable', async () => {
    const { addUsers, live, reconcile, reconcileWith } = fixture();
    addUsers(1, 2);
    await reconcile();
    const wrong = { CLERK_SECRET_KEY: 'sk_test_0another0key' };
    const result = await reconcileWith(wrong, '--delete-missing');
    expect(result.code).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain('CLERK_SECRET_KEY');
    expect(result.stderr).not.toContain('sk_test_');
    expect(await live()).toHaveLength(2);
  });

  test.each([1, 2, 300])('another instance’s key deletes none of %i users', async (users) => {
    const { addUsers, clerk, live, reconcile, reconcileWith } = fixture();
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
      const variables = {
        CLERK_SECRET_KEY: other.secretKey,
        CLERK_API_URL: other.url,
        CLERK_PUBLISHABLE_KEY: publishableKey('test', 'other.clerk.accounts.dev'),
      };
      const result = await reconcileWith(variables, '--delete-missing');
      expect(result.code).toBe(3);
      expect(reconciledOf(result)).toMatchObject({ deleted: 0 });
      expect(result.stderr).toContain('a different Clerk instance');
      expect(await live()).toHaveLength(users);
    } finally {
      await other.close();
    }
  });

  test('does not assume that existing users belong to the first instance that it sees', async () => {
    const { addUsers, database, live, reconcile } = fixture();
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
    const { addUsers, database, live, reconcile } = fixture();
    addUsers(1, 3);
    await reconcile();
    await database.query(
      "insert into users (id, clerk_id, profile_version, created_at) values (gen_random_uuid(), 'user_signing_up', 1, now() + interval '1 minute')",
    );
    const result = await reconcile('--delete-missing');
    expect(reconciledOf(result)).toMatchObject({ missing: 0, deleted: 0 });
    expect(await live()).toContain('user_signing_up');
  });
});
