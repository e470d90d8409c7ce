import { describe, expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { withApi, withSecondApi } from '../support/api-fixture.js';
import type { ApiProcess } from '../support/api-process.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import {
  aClerkUser,
  familyName,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../support/send.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

/** Far enough in the past for every webhook of the tests to be newer. */
const updatedAt = Date.now() - 60_000;

const fixture = withApi();
const other = withSecondApi(fixture);

const renamed = (clerkUser: ClerkUser): ClerkUser => ({
  ...clerkUser,
  name: `Grace ${familyName}`,
});

/** Repeats the request until the process serves the user from its cache. */
async function warm(api: ApiProcess, token: string): Promise<void> {
  for (let time = 0; time < 5; time += 1) expectUser(await api.me(token));
}

/**
 * Waits until a response matches. The timeout is shorter than the cache's lease, so that an expired
 * lease cannot explain the match.
 */
async function soon(what: string, ask: () => Promise<Answer>, wanted: RegExp): Promise<void> {
  await until(what, async () => wanted.test((await ask()).text), 3_000);
}

describe.each(['a profile', 'no profile'])('two processes and a token with %s', (kind) => {
  const tokenOf = (clerkUser: ClerkUser): Promise<string> => {
    const { key } = fixture().clerk;
    return kind === 'a profile'
      ? aProfileToken(key, clerkUser, { claims: { updatedAt } })
      : aSessionToken(key, clerkUser.clerkId);
  };

  /** A user whom both processes serve from their caches. */
  const aCachedUser = async (): Promise<{ clerkUser: ClerkUser; token: string }> => {
    const { api, clerk } = fixture();
    const clerkUser = aClerkUser();
    clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, updatedAt));
    const token = await tokenOf(clerkUser);
    await warm(api, token);
    await warm(other(), token);
    return { clerkUser, token };
  };

  test('both answer with the new name after one of them receives a webhook', async () => {
    const { api } = fixture();
    const { clerkUser, token } = await aCachedUser();

    expectOutcome(
      await deliver(api, 'user.updated', clerkUserJson(renamed(clerkUser), updatedAt + 1)),
      'updated',
    );

    // Immediately in the process that received the webhook, after the notification in the other.
    expect(expectUser(await api.me(token)).name).toBe(renamed(clerkUser).name);
    await soon('the other process has the new name', () => other().me(token), /Grace/);
  });

  test('both refuse the token after one of them receives a deletion', async () => {
    const { api } = fixture();
    const { clerkUser, token } = await aCachedUser();

    await deliver(other(), 'user.deleted', { id: clerkUser.clerkId, deleted: true });

    expectProblem(await other().me(token), 401, 'user_deleted');
    await soon('the other process refuses', () => api.me(token), /user_deleted/);
  });

  test('both answer with the new name after all database connections were killed', async () => {
    const { api, database } = fixture();
    const { clerkUser, token } = await aCachedUser();

    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await deliver(api, 'user.updated', clerkUserJson(renamed(clerkUser), updatedAt + 1));

    expect(expectUser(await api.me(token)).name).toBe(renamed(clerkUser).name);
    await soon('the other process has the new name', () => other().me(token), /Grace/);
    // The same applies after notifications have recovered.
    await warm(other(), token);
    await deliver(api, 'user.updated', clerkUserJson(clerkUser, updatedAt + 2));
    await soon('the other process has the old name back', () => other().me(token), /Ada/);
  });
});

test('both processes answer with a row that was edited by hand', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aClerkUser();
  const token = await aProfileToken(clerk.key, clerkUser, { claims: { updatedAt } });
  await warm(api, token);
  await warm(other(), token);

  await database.query('update users set name = $1, profile_version = $2 where clerk_id = $3', [
    renamed(clerkUser).name,
    updatedAt + 1,
    clerkUser.clerkId,
  ]);

  for (const process of [api, other()]) {
    await soon('the process has the edited name', () => process.me(token), /Grace/);
  }
});
