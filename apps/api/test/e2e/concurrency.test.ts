import { expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser, familyName } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../support/send.js';
import { aProfileToken, nowInSeconds } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';
import { deliver } from '../support/webhook.js';

const fixture = withApi();
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Expects every response to be a 200, and shows the others. */
function expectAllDone(answers: readonly Answer[]): void {
  const failed = answers.filter(({ status }) => status !== 200);
  expect(failed.map(({ status, text }) => `${status} ${text}`)).toEqual([]);
}

test('50 concurrent first requests of each of 20 new users all succeed with one row and one id per user', async () => {
  const { api, clerk, database } = fixture();
  const clerkUsers = times(20, () => aClerkUser());
  const tokens = await Promise.all(
    clerkUsers.map((clerkUser) => aProfileToken(clerk.key, clerkUser)),
  );

  const answers = await Promise.all(
    times(50, () => tokens)
      .flat()
      .map((token) => api.me(token)),
  );

  expectAllDone(answers);
  const ids = new Map(clerkUsers.map(({ clerkId }) => [clerkId, new Set<string>()]));
  for (const answer of answers) {
    const { clerkId, id } = expectUser(answer);
    ids.get(clerkId)?.add(id);
  }
  expect([...ids.values()].map(({ size }) => size)).toEqual(clerkUsers.map(() => 1));
  for (const { clerkId } of clerkUsers) expect(await storedRows(database, clerkId)).toHaveLength(1);
});

test('requests that race with webhooks for 30 new users all succeed with one row per user', async () => {
  const { api, clerk, database } = fixture();
  const clerkUsers = times(30, () => aClerkUser());
  const tokens = await Promise.all(
    clerkUsers.map((clerkUser) => aProfileToken(clerk.key, clerkUser)),
  );
  const answers = await Promise.all(
    clerkUsers.flatMap((clerkUser, index) => [
      deliver(api, 'user.created', clerkUserJson(clerkUser, Date.now())),
      api.me(tokens[index] ?? ''),
      deliver(api, 'user.updated', clerkUserJson(clerkUser, Date.now() + 1)),
      api.me(tokens[index] ?? ''),
    ]),
  );
  expectAllDone(answers);
  for (const clerkUser of clerkUsers) {
    expect(await storedRows(database, clerkUser.clerkId)).toMatchObject([
      { email: clerkUser.email, name: clerkUser.name, deleted: false },
    ]);
  }
});

test('the newest of 100 concurrent versions of a user, sent by tokens and webhooks, remains', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aClerkUser();
  const start = Date.now() - 60_000;
  const versions = times(100, (index) => ({ ...clerkUser, name: `${familyName} ${index}` }));
  const answers = await Promise.all(
    versions.map(async (version, index) => {
      const updatedAt = start + index;
      return index % 2
        ? api.me(await aProfileToken(clerk.key, version, { claims: { updatedAt } }))
        : deliver(api, 'user.updated', clerkUserJson(version, updatedAt));
    }),
  );
  expectAllDone(answers);
  expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({
    name: `${familyName} 99`,
    profile_version: String(start + 99),
  });
});

test('requests that race with a deletion never recreate the user', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aClerkUser();
  const tokens = await Promise.all(
    times(30, (index) =>
      aProfileToken(
        clerk.key,
        { ...clerkUser, name: `Ada ${index}` },
        {
          claims: { iat: nowInSeconds() - 30 + index },
        },
      ),
    ),
  );
  const requests = tokens.map((token) => api.me(token));
  const deletion = deliver(api, 'user.deleted', { id: clerkUser.clerkId, deleted: true });
  for (const answer of await Promise.all(requests)) {
    if (answer.status !== 200) expectProblem(answer, 401, 'user_deleted');
  }
  expect((await deletion).status).toBe(200);
  expect(await storedRows(database, clerkUser.clerkId)).toMatchObject([
    { deleted: true, email: null },
  ]);
  expectProblem(await api.me(tokens.at(-1) ?? ''), 401, 'user_deleted');
});

test('200 further requests of known users write no row', async () => {
  const { api, clerk, database } = fixture();
  const clerkUsers = times(20, () => aClerkUser());
  const tokens = await Promise.all(
    clerkUsers.map((clerkUser) => aProfileToken(clerk.key, clerkUser)),
  );
  expectAllDone(await Promise.all(tokens.map((token) => api.me(token))));
  const xmins = (): Promise<{ sum: string }[]> =>
    database.query(`select string_agg(xmin::text, ',' order by clerk_id) as sum from users`);
  const before = await xmins();
  for (const burst of times(10, () => tokens)) {
    expectAllDone(await Promise.all(burst.map((token) => api.me(token))));
  }
  expect(await xmins()).toEqual(before);
});
