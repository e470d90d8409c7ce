import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { clerkUserJson, ClerkStub } from '@populatte/clerk-stub';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { runCommand } from '../support/command.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { deliver } from '../support/webhook.js';

/** The rights that docs/operations/database.md lists. */
const grants =
  /```sql\n(GRANT SELECT, INSERT, UPDATE ON users[^`]+)```/.exec(
    readFileSync(new URL('../../../../docs/operations/database.md', import.meta.url), 'utf8'),
  )?.[1] ?? '';

let clerk: ClerkStub;
let database: TestDatabase;
let api: ApiProcess;
let env: Record<string, string>;
const role = `api_${randomUUID().replaceAll('-', '')}`;
beforeAll(async () => {
  [clerk, database] = await Promise.all([ClerkStub.start(), createTestDatabase()]);
  await database.query(`create role ${role} login password 'p'; ${grants.replaceAll('…', role)}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'p';
  env = apiEnvironment({ databaseUrl: url.href, clerk, extra: { DATABASE_MIGRATE: 'false' } });
  api = await ApiProcess.start(env);
});
afterAll(async () => {
  await api.stop();
  await clerk.close();
  await database.query(`drop owned by ${role}; drop role ${role}`);
  await database.drop();
});

test('a role with the privileges listed in docs/operations/database.md can serve every route and command', async () => {
  expect(grants).not.toBe('');
  const clerkUser = aClerkUser();
  const token = await aProfileToken(clerk.key, clerkUser, { claims: { sid: 'sess_one' } });
  const authorization = { authorization: `Bearer ${token}` };
  expectUser(await api.me(token));
  expect((await api.send('/health/ready')).status).toBe(200);
  const preferences = JSON.stringify({ language: 'de-AT', timeZone: 'Europe/Vienna' });
  const headers = { ...authorization, 'content-type': 'application/json' };
  const replaced = await api.send('/users/me/preferences', {
    method: 'PUT',
    headers,
    body: preferences,
  });
  expect(replaced.status).toBe(200);
  const events = await api.send('/users/me/events', { headers: authorization });
  expect(events.status).toBe(200);

  clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, Date.now()));
  const reconciled = await runCommand(['users', 'reconcile'], env);
  expect(reconciled).toMatchObject({ code: 0 });
  expect(await runCommand(['users', 'explain', clerkUser.clerkId], env)).toMatchObject({ code: 0 });

  const session = { id: 'sess_one', object: 'session', user_id: clerkUser.clerkId };
  expectOutcome(await deliver(api, 'session.ended', session), 'session_ended');
  expectProblem(await api.me(token), 401, 'session_ended');
  expectOutcome(await deliver(api, 'user.deleted', { id: clerkUser.clerkId }), 'deleted');
  expect(await runCommand(['users', 'restore', clerkUser.clerkId], env)).toMatchObject({ code: 0 });
});

test('the doctor accepts such a role, and names each privilege that another one lacks', async () => {
  const right = await runCommand(['doctor'], env);
  expect(right.stdout).toContain('The role may write the tables.');
  expect(right.code).toBe(0);

  await database.query(`revoke insert, update on users from ${role}`);
  await database.query(`revoke delete on user_events from ${role}`);
  const wrong = await runCommand(['doctor'], env);
  expect(wrong.stdout).toContain(
    'lacks privileges: INSERT on users, UPDATE on users, DELETE on user_events.',
  );
  expect(wrong.code).toBe(1);
});

test('the doctor names each command for which row-level security has no policy', async () => {
  const complaint = 'Row-level security has no policy';
  expect((await runCommand(['doctor'], env)).stdout).not.toContain(complaint);

  await database.query(`alter table users enable row level security`);
  await database.query(`create policy readers on users for select to ${role} using (true)`);
  await database.query(`create policy others on users for update to pg_monitor using (true)`);
  const wrong = await runCommand(['doctor'], env);
  expect(wrong.stdout).toMatch(new RegExp(`${complaint}.*: INSERT on users, UPDATE on users\\.`));
  expect(wrong.code).toBe(1);

  await database.query('create policy everyone on users using (true)');
  expect((await runCommand(['doctor'], env)).stdout).not.toContain(complaint);
});
