import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClerkStub, clerkUserJson } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { deliver } from '../support/webhook.js';

const clerkUsers = Array.from({ length: 10 }, () => aClerkUser());
const updatedAt = Date.now() - 60_000;

let clerk: ClerkStub;
let database: TestDatabase;
beforeAll(async () => {
  [database, clerk] = await Promise.all([createTestDatabase(), ClerkStub.start()]);
});
afterAll(async () => {
  await clerk.close();
  await database.drop();
});

test('an API that starts on a read-only database serves known users and reports that it is degraded', async () => {
  const env = apiEnvironment({ databaseUrl: database.url, clerk });
  const before = await ApiProcess.start(env);
  for (const clerkUser of clerkUsers) {
    await deliver(before, 'user.created', clerkUserJson(clerkUser, updatedAt));
  }
  await before.stop();
  const name = new URL(database.url).pathname.slice(1);
  await database.administer(`alter database ${name} set default_transaction_read_only = on`);

  const api = await ApiProcess.start(env);
  for (const clerkUser of clerkUsers) {
    const claims = { updatedAt };
    expectUser(await api.me(await aProfileToken(clerk.key, clerkUser, { claims })));
  }
  const [known = aClerkUser()] = clerkUsers;
  const renamed = { ...known, name: 'Renamed Testperson' };
  expect(expectUser(await api.me(await aProfileToken(clerk.key, renamed))).name).toBe(known.name);
  expectProblem(
    await api.me(await aProfileToken(clerk.key, aClerkUser())),
    503,
    'sync_unavailable',
  );
  expectOutcome(await deliver(api, 'user.updated', clerkUserJson(known, updatedAt)), 'unchanged');
  expectProblem(
    await deliver(api, 'user.updated', clerkUserJson(renamed, updatedAt + 1)),
    503,
    'sync_unavailable',
  );
  expect((await api.send('/health/ready')).json()).toMatchObject({
    status: 'degraded',
    reason: expect.stringContaining('read-only') as string,
  });
  expect(api.logs().some(({ msg }) => String(msg).includes('read-only'))).toBe(true);

  const readOnly = async (): Promise<string | undefined> =>
    /^db_read_only (\d)$/m.exec((await api.send('/metrics')).text)?.[1];
  expect(await readOnly()).toBe('1');

  await database.administer(`alter database ${name} reset default_transaction_read_only`);
  await until('a new user is created', async () => {
    return (await api.me(await aProfileToken(clerk.key, aClerkUser()))).status === 200;
  });
  expect((await api.send('/health/ready')).json()).toEqual({ status: 'ok' });
  expect(await readOnly()).toBe('0');
  await api.stop();
});
