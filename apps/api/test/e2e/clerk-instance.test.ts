import { issuer } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { expect, test } from 'vitest';
import { withClerkStub } from '../support/api-fixture.js';
import { publishableKey } from '../support/environment.builder.js';

const fixture = withClerkStub();

const recorded = async (): Promise<unknown> => {
  const [row] = await fixture().database.query<{ issuer: string }>(
    "select instance ->> 'issuer' as issuer from user_reconciliation",
  );
  return row?.issuer;
};

test('the API records the Clerk instance of its users, and warns about another one', async () => {
  const first = await fixture().start();
  await until('the instance is recorded', async () => (await recorded()) === issuer);
  await first.stop();
  expect(first.written).not.toContain('a different Clerk instance');

  const other = await fixture().start({
    CLERK_PUBLISHABLE_KEY: publishableKey('test', 'other.clerk.accounts.dev'),
  });
  const warned = (): boolean =>
    other
      .logs()
      .some(
        ({ level, msg }) =>
          level === 'warn' && msg?.includes('a different Clerk instance') === true,
      );
  await until('the API warns', warned);
  await other.stop();
  expect(await recorded()).toBe(issuer);
});
