import { clerkUserJson } from '@populatte/clerk-stub';
import { describe, expect, test } from 'vitest';
import { ClerkUnavailableError } from '../../../src/infrastructure/clerk/clerk-user-list.js';
import { aClerkUser } from '../../support/clerk-users.js';
import { broken, json, ScriptedClerk, status } from '../../support/scripted-clerk.js';

const updatedAt = Date.UTC(2026, 0, 2);
const clerkUser = aClerkUser();
const user = clerkUserJson(clerkUser, updatedAt);
const listed = {
  clerkId: clerkUser.clerkId,
  profile: { ...clerkUser, version: { at: updatedAt, exact: true } },
};
const start = { startingAfter: null, createdAfter: null };

describe('instance', () => {
  const keys = { keys: [{ kid: 'ins_1', kty: 'RSA' }, { kid: 'ins_2' }] };

  test('names the instance by issuer, id and keys', async () => {
    const clerk = new ScriptedClerk([json({ id: 'ins_x', object: 'instance' }), json(keys)]);
    expect(await clerk.list.instance()).toEqual({
      issuer: 'https://clerk.example.com',
      instanceId: 'ins_x',
      keyIds: ['ins_1', 'ins_2'],
    });
    expect(clerk.asked).toEqual(['/v1/instance', '/v1/jwks']);
  });

  test.each([403, 404, 500, 501])(
    'leaves a property unknown if its endpoint answers %i, after one request',
    async (code) => {
      const clerk = new ScriptedClerk([status(code), status(code)]);
      expect(await clerk.list.instance()).toMatchObject({ instanceId: null, keyIds: [] });
      expect(clerk.list.requests).toBe(2);
    },
  );

  test('leaves a property unknown if it cannot be parsed', async () => {
    const clerk = new ScriptedClerk([json({ id: '' }), json({ keys: [{ kty: 'RSA' }] })]);
    expect(await clerk.list.instance()).toMatchObject({ instanceId: null, keyIds: [] });
  });

  test('retries after a broken connection', async () => {
    const clerk = new ScriptedClerk([broken, json({ id: 'ins_x' }), broken, json(keys)]);
    expect(await clerk.list.instance()).toMatchObject({
      instanceId: 'ins_x',
      keyIds: ['ins_1', 'ins_2'],
    });
  });

  test('fails on a refused key', async () => {
    const clerk = new ScriptedClerk([status(401)]);
    await expect(clerk.list.instance()).rejects.toThrow('Clerk rejects CLERK_SECRET_KEY.');
  });
});

describe('count', () => {
  test('returns how many users there are', async () => {
    const clerk = new ScriptedClerk([json({ object: 'total_count', total_count: 7 })]);
    expect(await clerk.list.count()).toBe(7);
    expect(clerk.asked).toEqual(['/v1/users/count']);
  });

  test.each([
    ['another body', json({ total: 7 }), 'GET /v1/users/count is not usable (unexpected body)'],
    ['less than none', json({ total_count: -1 }), 'unexpected body'],
    ['a status', status(404), 'GET /v1/users/count is not usable (status 404)'],
  ])('fails on %s', async (_what, answer, message) => {
    await expect(new ScriptedClerk([answer]).list.count()).rejects.toMatchObject({
      code: 'clerk_unavailable',
      message: expect.stringContaining(message) as string,
    });
  });

  test.each([401, 403])('fails on %i and reports that the key is rejected', async (code) => {
    const clerk = new ScriptedClerk([status(code)]);
    const error: unknown = await clerk.list.count().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ClerkUnavailableError);
    expect(error).toMatchObject({ code: 'clerk_unavailable' });
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/^Clerk rejects CLERK_SECRET_KEY.*No user was deleted/),
    );
  });
});

describe('listPage', () => {
  test.each([
    ['the first page', start, ''],
    ['users created after a time', { ...start, createdAfter: 5 }, '&created_at_after=5'],
    ['the page after a user', { ...start, startingAfter: 'user_a' }, '&starting_after=user_a'],
    [
      'the page after a user who was created after a time',
      { startingAfter: 'user_a', createdAfter: 5 },
      '&created_at_after=5&starting_after=user_a',
    ],
  ])('asks for %s, oldest first', async (_what, cursor, query) => {
    const clerk = new ScriptedClerk([json([])]);
    expect(await clerk.list.listPage(cursor)).toEqual([]);
    expect(clerk.asked).toEqual([`/v1/users?limit=500&order_by=created_at${query}`]);
  });

  test.each([
    ['a list', [user]],
    ['a list as data', { data: [user], total_count: 1 }],
  ])('reads %s', async (_what, body) => {
    const clerk = new ScriptedClerk([json(body)]);
    expect(await clerk.list.listPage(start)).toMatchObject([listed]);
  });

  test('keeps a user’s creation time, or null if Clerk does not report it', async () => {
    const created = Date.UTC(2025, 5, 1);
    const page = [
      { ...user, created_at: created },
      { ...user, created_at: undefined },
    ];
    const clerk = new ScriptedClerk([json(page)]);
    const users = await clerk.list.listPage(start);
    expect(users?.map(({ createdAt }) => createdAt)).toEqual([created, null]);
  });

  test('lists a user whose fields it cannot parse without a profile, because the user exists', async () => {
    const clerk = new ScriptedClerk([json([{ id: 'user_odd' }])]);
    expect(await clerk.list.listPage(start)).toEqual([
      { clerkId: 'user_odd', createdAt: null, profile: null },
    ]);
  });

  test.each([400, 404, 422])(
    'returns null for a cursor that Clerk refuses with %i',
    async (code) => {
      const clerk = new ScriptedClerk([status(code)]);
      expect(await clerk.list.listPage({ ...start, startingAfter: 'user_gone' })).toBeNull();
    },
  );

  test.each([
    ['a refused first page', status(400), start],
    ['a conflict', status(409), { ...start, startingAfter: 'user_a' }],
    ['a body that is not a list', json({ users: [] }), { ...start, startingAfter: 'user_a' }],
    ['a list of users without ids', json([{ id: '' }]), start],
  ])('fails on %s, which does not prove that users were deleted', async (_what, answer, cursor) => {
    await expect(new ScriptedClerk([answer]).list.listPage(cursor)).rejects.toThrow(
      'Clerk’s response to GET /v1/users is not usable',
    );
  });

  test('reads a page of several megabytes', async () => {
    const bio = 'x'.repeat(3 * 1024 * 1024);
    const clerk = new ScriptedClerk([json([{ ...user, public_metadata: { bio } }])]);
    expect(await clerk.list.listPage(start)).toHaveLength(1);
  });
});

test('listRecent requests the most recently changed users first, from an offset', async () => {
  const clerk = new ScriptedClerk([json([user])]);
  expect(await clerk.list.listRecent(1_000)).toMatchObject([listed]);
  expect(clerk.asked).toEqual(['/v1/users?limit=500&order_by=-updated_at&offset=1000']);
});

describe('findMany', () => {
  test('returns the requested users that exist', async () => {
    const other = clerkUserJson(aClerkUser(), updatedAt);
    const clerk = new ScriptedClerk([json([user, other])]);
    expect(await clerk.list.findMany([clerkUser.clerkId, 'user_b'])).toMatchObject([listed]);
    expect(clerk.asked).toEqual([
      `/v1/users?user_id=${clerkUser.clerkId}&user_id=user_b&limit=100`,
    ]);
  });

  test('does not request ids that the query would interpret differently', async () => {
    const clerk = new ScriptedClerk([json([])]);
    await clerk.list.findMany(['-user_a', 'user b', 'user_c!', 'user-d', 'e']);
    expect(clerk.asked).toEqual(['/v1/users?user_id=user-d&user_id=e&limit=100']);
  });

  test('sends no request for an empty list of ids, which would list all users', async () => {
    const clerk = new ScriptedClerk([]);
    expect(await clerk.list.findMany(['-user_a'])).toEqual([]);
    expect(clerk.list.requests).toBe(0);
  });
});

describe('find', () => {
  test('returns the user', async () => {
    const clerk = new ScriptedClerk([json(user)]);
    expect(await clerk.list.find(clerkUser.clerkId)).toMatchObject(listed);
    expect(clerk.asked).toEqual([`/v1/users/${clerkUser.clerkId}`]);
  });

  test('escapes the id, so that it cannot name another endpoint', async () => {
    const clerk = new ScriptedClerk([status(404)]);
    await clerk.list.find('../instance?a');
    expect(clerk.asked).toEqual(['/v1/users/..%2Finstance%3Fa']);
  });

  test('returns null for a user unknown to Clerk', async () => {
    expect(await new ScriptedClerk([status(404)]).list.find('user_gone')).toBeNull();
  });

  test.each([
    ['another user', json({ ...user, id: 'user_other' })],
    ['no user', json({})],
    ['another status', status(410)],
  ])('fails on %s, which must not delete the user', async (_what, answer) => {
    await expect(new ScriptedClerk([answer]).list.find(clerkUser.clerkId)).rejects.toThrow(
      'GET /v1/users/{id} is not usable',
    );
  });
});
