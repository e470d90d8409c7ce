import { expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';

const fixture = withApi();

test('the first request creates the user and returns it', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aClerkUser();
  expect(await storedRows(database, clerkUser.clerkId)).toHaveLength(0);

  const user = expectUser(await api.me(await aProfileToken(clerk.key, clerkUser)));

  expect(user).toMatchObject(clerkUser);
  expect(Object.keys(user).sort()).toEqual(
    ['clerkId', 'createdAt', 'email', 'id', 'imageUrl', 'name', 'updatedAt'].sort(),
  );
  expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({ id: user.id });
});

test('times are ISO 8601 in UTC and current', async () => {
  const { api, clerk } = fixture();
  const { createdAt, updatedAt } = expectUser(
    await api.me(await aProfileToken(clerk.key, aClerkUser())),
  );
  for (const time of [createdAt, updatedAt]) {
    expect(new Date(time).toISOString()).toBe(time);
    expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(10_000);
  }
});

test('the second request gets the same response and writes nothing', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aClerkUser();
  const first = expectUser(await api.me(await aProfileToken(clerk.key, clerkUser)));
  const { xmin } = await storedRow(database, clerkUser.clerkId);

  // A later token carries a newer version of the same profile.
  const later = await aProfileToken(clerk.key, clerkUser, {
    claims: { iat: Math.floor(Date.now() / 1000) + 4 },
  });
  expect(expectUser(await api.me(later))).toEqual(first);

  expect((await storedRow(database, clerkUser.clerkId)).xmin).toBe(xmin);
});

test('two users can share an email address', async () => {
  const { api, clerk } = fixture();
  const one = aClerkUser();
  const other = aClerkUser({ email: one.email });
  const users = await Promise.all(
    [one, other].map(async (clerkUser) =>
      expectUser(await api.me(await aProfileToken(clerk.key, clerkUser))),
    ),
  );
  expect(new Set(users.map(({ id }) => id)).size).toBe(2);
  expect(new Set(users.map(({ email }) => email)).size).toBe(1);
});

test('HEAD responds like GET without a body and also requires a token', async () => {
  const { api, clerk } = fixture();
  const authorization = `Bearer ${await aProfileToken(clerk.key, aClerkUser())}`;
  const known = await api.send('/users/me', { method: 'HEAD', headers: { authorization } });
  expect({ status: known.status, text: known.text }).toEqual({ status: 200, text: '' });
  expect(known.headers['cache-control']).toBe('no-store');

  const unknown = await api.send('/users/me', { method: 'HEAD' });
  expect({ status: unknown.status, text: unknown.text }).toEqual({ status: 401, text: '' });
  expect(unknown.headers['www-authenticate']).toBe('Bearer');
});

test.each([
  ['no header', undefined, 'token_missing'],
  ['an empty header', '', 'token_missing'],
  ['another scheme', 'Basic dXNlcjpwYXNz', 'token_missing'],
  ['a scheme without a token', 'Bearer ', 'token_missing'],
  ['text that is not a token', 'Bearer nonsense', 'token_invalid'],
  ['two tokens', 'Bearer a.b.c d.e.f', 'token_invalid'],
] as const)('a request with %s gets 401', async (_name, authorization, code) => {
  const headers = authorization === undefined ? {} : { authorization };
  expectProblem(await fixture().api.send('/users/me', { headers }), 401, code);
});

test('the Bearer scheme is case-insensitive', async () => {
  const { api, clerk } = fixture();
  const authorization = `bEARER ${await aProfileToken(clerk.key, aClerkUser())}`;
  expectUser(await api.send('/users/me', { headers: { authorization } }));
});
