import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clerkUserJson, ClerkStub } from '@populatte/clerk-stub';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { type CommandResult, runCommand } from '../support/command.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { storedRow } from '../support/stored-user.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { deliver } from '../support/webhook.js';

const start = Date.now() - 60_000;

let clerk: ClerkStub;
let database: TestDatabase;
let env: Record<string, string>;
let api: ApiProcess;
beforeAll(async () => {
  [clerk, database] = await Promise.all([ClerkStub.start(), createTestDatabase()]);
  env = apiEnvironment({ databaseUrl: database.url, clerk });
  api = await ApiProcess.start(env);
});
afterAll(async () => {
  await api.stop();
  await clerk.close();
  await database.drop();
});

const explain = (...args: string[]): Promise<CommandResult> =>
  runCommand(['users', 'explain', ...args], env);
const restore = (id: string): Promise<CommandResult> => runCommand(['users', 'restore', id], env);

async function signedIn(clerkUser: ClerkUser): Promise<string> {
  const token = await aProfileToken(clerk.key, clerkUser, { claims: { updatedAt: start } });
  expectUser(await api.me(token));
  return token;
}

describe('users explain', () => {
  test('explains row and journal, by either id, and hides personal data', async () => {
    const clerkUser = aClerkUser();
    await signedIn(clerkUser);
    await deliver(
      api,
      'user.updated',
      clerkUserJson({ ...clerkUser, name: 'Grace Hopper' }, start + 1),
    );
    const { id } = await storedRow(database, clerkUser.clerkId);

    const byClerkId = await explain(clerkUser.clerkId);
    expect(byClerkId).toMatchObject({ code: 0, stderr: '' });
    expect(byClerkId.stdout).toContain(`${clerkUser.clerkId}, local id ${id}`);
    expect(byClerkId.stdout).toMatch(/Z {2}created by a session token\n/);
    expect(byClerkId.stdout).toMatch(/Z {2}updated by a webhook: name\n/);
    expect(byClerkId.stdout).not.toMatch(/Grace|@people/);
    expect((await explain(id)).stdout).toBe(byClerkId.stdout);

    const shown = await explain(clerkUser.clerkId, '--show-personal-data');
    expect(shown.stdout).toContain('Grace Hopper');
    expect(shown.stdout).toContain(String(clerkUser.email));
  });

  test('says that a user is banned or deleted, and how requests are answered', async () => {
    const clerkUser = aClerkUser();
    await signedIn(clerkUser);
    await deliver(api, 'user.updated', { ...clerkUserJson(clerkUser, start + 1), banned: true });
    expect((await explain(clerkUser.clerkId)).stdout).toContain('401 user_banned');
    await deliver(api, 'user.deleted', { id: clerkUser.clerkId, deleted: true });
    expect((await explain(clerkUser.clerkId)).stdout).toContain('401 user_deleted');
  });

  test.each([
    [['user_nobodyHasThisId'], 'There is no row'],
    [[], 'Name one user'],
    [['user_1', 'user_2'], 'Name one user'],
    [['user_1', '--unknown'], '--unknown'],
  ])('fails with an explanation: %j', async (args, message) => {
    const result = await explain(...args);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(message);
  });
});

describe('users restore', () => {
  test('restores a tombstone with Clerk’s profile and the same local id', async () => {
    const clerkUser = aClerkUser();
    const token = await signedIn(clerkUser);
    const { id } = await storedRow(database, clerkUser.clerkId);
    expectOutcome(await deliver(api, 'user.deleted', { id: clerkUser.clerkId }), 'deleted');
    expectProblem(await api.me(token), 401, 'user_deleted');
    clerk.users.set(
      clerkUser.clerkId,
      clerkUserJson({ ...clerkUser, name: 'Grace Hopper' }, start + 5),
    );

    const result = await restore(clerkUser.clerkId);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({
      id,
      name: 'Grace Hopper',
      email: clerkUser.email,
      profile_version: String(start + 5),
      deleted: false,
    });
    await expect.poll(async () => (await api.me(token)).status, { timeout: 60_000 }).toBe(200);
    expect((await explain(id)).stdout).toMatch(/created by Clerk’s Backend API\n?$/);
    expect(await restore(id)).toMatchObject({ code: 0 });
  });

  test('writes nothing if Clerk does not have the user', async () => {
    const clerkUser = aClerkUser();
    await signedIn(clerkUser);
    await deliver(api, 'user.deleted', { id: clerkUser.clerkId });
    const before = await storedRow(database, clerkUser.clerkId);

    const result = await restore(clerkUser.clerkId);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('Clerk has no user');
    expect(await storedRow(database, clerkUser.clerkId)).toEqual(before);
  });

  test('fails and writes nothing while Clerk is not responding', async () => {
    const clerkUser = aClerkUser();
    await signedIn(clerkUser);
    await deliver(api, 'user.deleted', { id: clerkUser.clerkId });
    const elsewhere = { ...env, CLERK_API_URL: 'http://127.0.0.1:9' };
    const result = await runCommand(['users', 'restore', clerkUser.clerkId], elsewhere);
    expect(result.code).toBe(1);
    expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({ deleted: true });
  });
});
