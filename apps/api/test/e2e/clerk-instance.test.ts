import { ClerkStub, issuer } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { publishableKey } from '../support/environment.builder.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let clerk: ClerkStub;
let database: TestDatabase;

beforeAll(async () => {
  [clerk, database] = await Promise.all([ClerkStub.start(), createTestDatabase()]);
});
afterAll(async () => {
  await clerk.close();
  await database.drop();
});

const recorded = async (): Promise<unknown> => {
  const [row] = await database.query<{ issuer: string }>(
    "select instance ->> 'issuer' as issuer from user_reconciliation",
  );
  return row?.issuer;
};

test('the API records the Clerk instance of its users, and warns about another one', async () => {
  const first = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }));
  await until('the instance is recorded', async () => (await recorded()) === issuer);
  await first.stop();
  expect(first.written).not.toContain('another Clerk instance');

  const other = await ApiProcess.start(
    apiEnvironment({
      databaseUrl: database.url,
      clerk,
      extra: { CLERK_PUBLISHABLE_KEY: publishableKey('test', 'other.clerk.accounts.dev') },
    }),
  );
  const warned = (): boolean =>
    other
      .logs()
      .some(({ level, msg }) => level === 'warn' && msg?.includes('another Clerk') === true);
  await until('the API warns', warned);
  await other.stop();
  expect(await recorded()).toBe(issuer);
});
