import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import { withApi } from '../support/api-fixture.js';
import { ApiProcess } from '../support/api-process.js';
import { aClerkUser } from '../support/clerk-user.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import { aPerson, familyName, type Person } from '../support/people.js';
import type { Answer } from '../support/send.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { until } from '../support/until.js';
import { deliver } from '../support/webhook.js';

/** Long ago enough that every webhook of the tests is later. */
const updatedAt = Date.now() - 60_000;

const fixture = withApi();
let other: ApiProcess;
beforeAll(async () => {
  const { clerk, database } = fixture();
  other = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }));
});
afterAll(() => other.stop());

const renamed = (person: Person): Person => ({ ...person, name: `Grace ${familyName}` });

/** Answers with the same token until the user is known by heart there. */
async function settle(api: ApiProcess, token: string): Promise<void> {
  for (let time = 0; time < 5; time += 1) expectUser(await api.me(token));
}

/** Waits until an answer is as it should be, for less time than the caches' lease. */
async function soon(what: string, ask: () => Promise<Answer>, wanted: RegExp): Promise<Answer> {
  let answer = await ask();
  await until(what, async () => wanted.test((answer = await ask()).text), 2_000);
  return answer;
}

describe.each(['a profile', 'no profile'])('two processes, and a token with %s', (kind) => {
  const tokenOf = (person: Person): Promise<string> => {
    const { key } = fixture().clerk;
    return kind === 'a profile'
      ? aProfileToken(key, person, { claims: { updatedAt } })
      : aSessionToken(key, person.clerkId);
  };

  test('a webhook at one is seen at the other, with the same token', async () => {
    const { api, clerk } = fixture();
    const person = aPerson();
    clerk.users.set(person.clerkId, aClerkUser(person, updatedAt));
    const token = await tokenOf(person);
    await settle(api, token);
    await settle(other, token);

    expectOutcome(
      await deliver(api, 'user.updated', aClerkUser(renamed(person), updatedAt + 1)),
      'updated',
    );

    // Where it arrived, at once; elsewhere as soon as it is heard.
    expect(expectUser(await api.me(token)).name).toBe(renamed(person).name);
    await soon('the other process has the new name', () => other.me(token), /Grace/);
  });

  test('a deletion at one is the end at the other, with the same token', async () => {
    const { api, clerk } = fixture();
    const person = aPerson();
    clerk.users.set(person.clerkId, aClerkUser(person, updatedAt));
    const token = await tokenOf(person);
    await settle(api, token);
    await settle(other, token);

    await deliver(other, 'user.deleted', { id: person.clerkId, deleted: true });

    expectProblem(await other.me(token), 401, 'user_deleted');
    await soon('the other process refuses', () => api.me(token), /user_deleted/);
  });

  test('with every database connection killed in between, both are right', async () => {
    const { api, clerk, database } = fixture();
    const person = aPerson();
    clerk.users.set(person.clerkId, aClerkUser(person, updatedAt));
    const token = await tokenOf(person);
    await settle(api, token);
    await settle(other, token);

    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await deliver(api, 'user.updated', aClerkUser(renamed(person), updatedAt + 1));

    expect(expectUser(await api.me(token)).name).toBe(renamed(person).name);
    await soon('the other process has the new name', () => other.me(token), /Grace/);
    // And again once changes are heard again.
    await settle(other, token);
    await deliver(api, 'user.updated', aClerkUser(person, updatedAt + 2));
    await soon('the other process has the old name back', () => other.me(token), /Ada/);
  });
});

test('a row that is mended by hand is what both answer with', async () => {
  const { api, clerk, database } = fixture();
  const person = aPerson();
  const token = await aProfileToken(clerk.key, person, { claims: { updatedAt } });
  await settle(api, token);
  await settle(other, token);

  await database.query('update users set name = $1, profile_version = $2 where clerk_id = $3', [
    renamed(person).name,
    updatedAt + 1,
    person.clerkId,
  ]);

  for (const process of [api, other]) {
    await soon('the mended name is there', () => process.me(token), /Grace/);
  }
});
