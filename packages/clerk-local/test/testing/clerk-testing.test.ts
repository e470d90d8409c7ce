import { clerk as helpers, clerkSetup, setupClerkTestingToken } from '@clerk/testing/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectClerkTesting } from '../../src/testing/index.js';
import type { ClerkLocal, ClerkLocalOptions } from '../../src/index.js';
import { ada } from '../frontend-api/support/browser-client.js';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { Visitor } from '../frontend-api/support/visitor.js';
import { aWebPage } from '../frontend-api/support/web-page.js';
import { aClerkLocal } from '../support/clerk-local.js';

/** Starts an instance that the helpers use until the end of the test. */
async function aConnectedClerk(options?: ClerkLocalOptions): Promise<ClerkLocal> {
  const clerk = await aClerkLocal(options);
  onTestFinished(connectClerkTesting(clerk));
  await clerkSetup({ dotenv: false });
  return clerk;
}

describe('the helpers of @clerk/testing', { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  async function aPage(clerk: ClerkLocal): Promise<{ visitor: Visitor; page: Visitor['page'] }> {
    const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
    await visitor.open('/');
    return { visitor, page: visitor.page };
  }

  test('sign in with a password, a ticket and a code by email, and sign out', async () => {
    const clerk = await aConnectedClerk();
    const { id } = await clerk.users.create(ada);
    const code = await clerk.users.create({ email_address: ['eve+clerk_test@example.com'] });
    const { visitor, page } = await aPage(clerk);
    await setupClerkTestingToken({ page });

    const { password } = ada;
    const signInParams = { strategy: 'password', identifier: 'ada@example.com', password } as const;
    await helpers.signIn({ page, signInParams });
    expect(await visitor.userId()).toBe(id);
    await helpers.signOut({ page });
    await expect.poll(() => visitor.userId()).toBeNull();
    await helpers.loaded({ page });

    await helpers.signIn({ page, emailAddress: 'ada@example.com' });
    expect(await visitor.userId()).toBe(id);
    await helpers.signOut({ page });
    await expect.poll(() => visitor.userId()).toBeNull();
    await helpers.loaded({ page });

    const identifier = 'eve+clerk_test@example.com';
    await helpers.signIn({ page, signInParams: { strategy: 'email_code', identifier } });
    expect(await visitor.userId()).toBe(code.id);
  });

  test('sign in with a code by text message', async () => {
    const clerk = await aConnectedClerk();
    const identifier = '+15555550100';
    const { id } = await clerk.users.create({
      phone_number: [identifier],
      skip_user_requirement: true,
    });
    const { visitor, page } = await aPage(clerk);
    await helpers.signIn({ page, signInParams: { strategy: 'phone_code', identifier } });
    expect(await visitor.userId()).toBe(id);
  });

  test('say which user is missing', async () => {
    const clerk = await aConnectedClerk();
    const { page } = await aPage(clerk);
    await expect(helpers.signIn({ page, emailAddress: 'eve@example.com' })).rejects.toThrow(
      'No user found with email: eve@example.com',
    );
  });
});

test('connectClerkTesting restores the variables', async () => {
  const clerk = await aClerkLocal();
  const variable = (): string | undefined => process.env['CLERK_FAPI'];
  const before = variable();
  const disconnect = connectClerkTesting(clerk);
  expect(variable()).toMatch(/accounts\.dev$/);
  disconnect();
  expect(variable()).toBe(before);
});

test('50 instances run in parallel, each with its own users', { timeout: 120_000 }, async () => {
  const instances = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const clerk = await aClerkLocal();
      await clerk.users.ensure({ email: `user-${index}@example.com` });
      return clerk;
    }),
  );
  expect(new Set(instances.map(({ port }) => port)).size).toBe(50);
  const lists = await Promise.all(instances.map(({ users }) => users.list()));
  expect(lists.map((users) => users.map((user) => user.email_addresses[0]?.email_address))).toEqual(
    instances.map((_, index) => [`user-${index}@example.com`]),
  );
});
