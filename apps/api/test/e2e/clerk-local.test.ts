import { afterEach, describe, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { withClerkLocal } from '../support/clerk-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { emailDomain, familyName } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { webOrigin } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';

const fixture = withClerkLocal();
let count = 0;

afterEach(() => {
  fixture().clerk.webhooks.setMode({});
});

const signUp = (): ReturnType<ReturnType<typeof fixture>['clerk']['users']['create']> => {
  count += 1;
  return fixture().clerk.users.create({
    email_address: [`ada-${count}@${emailDomain}`],
    first_name: 'Ada',
    last_name: familyName,
  });
};
const tokenOf = (userId: string): Promise<string> =>
  fixture().clerk.sessionToken({ userId, origin: webOrigin });
const drain = (): Promise<void> => fixture().clerk.webhooks.drain();

test('the first request after sign-up creates the local user before any webhook arrives', async () => {
  const { api, clerk, database } = fixture();
  clerk.webhooks.setMode({ drop: true });
  const { id } = await signUp();
  const user = expectUser(await api.me(await tokenOf(id)));
  expect(user).toMatchObject({
    clerkId: id,
    email: `ada-${count}@${emailDomain}`,
    name: `Ada ${familyName}`,
  });
  expect(user.imageUrl).toMatch(/^http/);
  expect(expectUser(await api.me(await tokenOf(id)))).toEqual(user);
  expect(await storedRows(database, id)).toHaveLength(1);
});

test('a webhook creates the user, and the next request leaves the row unchanged', async () => {
  const { api, database } = fixture();
  const { id } = await signUp();
  await drain();
  const before = await storedRow(database, id);
  const answer = await api.me(await tokenOf(id));
  expect(expectUser(answer).id).toBe(before.id);
  expect(await api.requestLog(String(answer.headers['x-request-id']))).toMatchObject({
    outcome: 'unchanged',
  });
  expect(await storedRow(database, id)).toEqual(before);
});

test('a webhook stores an edit, and a token from before the edit does not revert it', async () => {
  const { api, clerk } = fixture();
  const { id } = await signUp();
  const old = await tokenOf(id);
  await clerk.users.update(id, { first_name: 'Grace' });
  await drain();
  expect(expectUser(await api.me(old)).name).toBe(`Grace ${familyName}`);
  expect(expectUser(await api.me(await tokenOf(id))).name).toBe(`Grace ${familyName}`);
});

test('the next token stores an edit if its webhook is lost', async () => {
  const { api, clerk } = fixture();
  const { id } = await signUp();
  await drain();
  clerk.webhooks.setMode({ drop: true });
  await clerk.users.update(id, { first_name: 'Grace' });
  expect(expectUser(await api.me(await tokenOf(id))).name).toBe(`Grace ${familyName}`);
});

test('a user deleted at Clerk is refused at once, even with a token from before the deletion', async () => {
  const { api, clerk, database } = fixture();
  const { id } = await signUp();
  const live = await tokenOf(id);
  expectUser(await api.me(live));
  await clerk.users.delete(id);
  await drain();
  expectProblem(await api.me(live), 401, 'user_deleted');
  expect(await storedRows(database, id)).toMatchObject([{ deleted: true, email: null }]);
});

test('webhooks delivered twice and out of order lead to the same rows', async () => {
  const { clerk, database } = fixture();
  clerk.webhooks.setMode({ duplicate: true, shuffle: true });
  const users = await Promise.all(Array.from({ length: 10 }, () => signUp()));
  for (const { id } of users) {
    await clerk.users.update(id, { first_name: 'Grace' });
    await clerk.users.update(id, { last_name: 'Hopper' });
  }
  const [gone] = users;
  if (gone !== undefined) await clerk.users.delete(gone.id);
  await drain();
  for (const { id } of users) {
    const expected = id === gone?.id ? { deleted: true, name: null } : { name: 'Grace Hopper' };
    expect(await storedRows(database, id)).toMatchObject([expected]);
  }
  expect(clerk.webhooks.deliveries().every(({ outcome }) => outcome !== 'failed')).toBe(true);
});

test('first requests that race with the webhook of the same sign-up all succeed', async () => {
  const { api, database } = fixture();
  const users = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const { id } = await signUp();
      return expectUser(await api.me(await tokenOf(id)));
    }),
  );
  await drain();
  for (const { id, clerkId } of users) {
    expect(await storedRows(database, clerkId)).toMatchObject([{ id }]);
  }
});

test('a token from another origin is refused', async () => {
  const { api, clerk } = fixture();
  const { id } = await signUp();
  const token = await clerk.sessionToken({ userId: id, origin: 'https://evil.example' });
  expectProblem(await api.me(token), 401, 'token_invalid');
  expectProblem(await api.me(await clerk.sessionToken({ userId: id })), 401, 'token_invalid');
});

test('a rotated signing key is picked up without a restart', async () => {
  const { api, clerk } = fixture();
  const { id } = await signUp();
  const user = expectUser(await api.me(await tokenOf(id)));
  await clerk.rotateKey();
  expect(expectUser(await api.me(await tokenOf(id)))).toEqual(user);
});

test('a webhook that the database cannot store gets 503 and is delivered again', async () => {
  const { clerk, database } = fixture();
  await database.query('alter table users rename to users_elsewhere');
  const { id } = await signUp();
  const attempts = (): (number | null)[] =>
    clerk.webhooks
      .deliveries()
      .filter(({ userId }) => userId === id)
      .map(({ httpStatus }) => httpStatus);
  await until('the first delivery has failed', () => attempts().length > 0);
  await database.query('alter table users_elsewhere rename to users');
  await drain();
  expect(attempts()).toEqual([
    ...attempts()
      .slice(1)
      .map(() => 503),
    200,
  ]);
  expect(await storedRows(database, id)).toHaveLength(1);
});

describe('without customised session tokens', () => {
  const bare = withClerkLocal({ sessionTokenClaims: {} });

  test('the profile comes from the Backend API first and from webhooks after that', async () => {
    const { api, clerk, database } = bare();
    clerk.webhooks.pause();
    const { id } = await clerk.users.create({
      email_address: [`bare@${emailDomain}`],
      first_name: 'Ada',
    });
    const token = await clerk.sessionToken({ userId: id, origin: webOrigin });
    expect(expectUser(await api.me(token))).toMatchObject({
      email: `bare@${emailDomain}`,
      name: 'Ada',
    });
    const before = await storedRow(database, id);
    clerk.webhooks.resume();
    await clerk.webhooks.drain();
    // The webhook carries the same version.
    expect(await storedRow(database, id)).toEqual(before);

    await clerk.users.update(id, { first_name: 'Grace' });
    await clerk.webhooks.drain();
    expect(expectUser(await api.me(token)).name).toBe('Grace');
  });

  test('a user deleted before the first request is unknown', async () => {
    const { api, clerk } = bare();
    clerk.webhooks.setMode({ drop: true });
    const { id } = await clerk.users.create({ email_address: [`gone@${emailDomain}`] });
    const token = await clerk.sessionToken({ userId: id, origin: webOrigin });
    await clerk.users.delete(id);
    expectProblem(await api.me(token), 401, 'user_unknown');
  });
});
