import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInAs } from '../../src/testing/index.js';
import type { ClerkLocal, ClerkLocalOptions } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { ada, testCode } from './support/browser-client.js';
import { launchChromium } from './support/chromium.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

/** Clerk's components in Chromium: forms of the profiles that change an account. */
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function signedIn(options: ClerkLocalOptions): Promise<{
  readonly clerk: ClerkLocal;
  readonly userId: string;
  readonly visitor: Visitor;
}> {
  const clerk = await aClerkLocal(options);
  const { id: userId } = await clerk.users.create({ ...ada, username: 'ada' });
  const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
  await visitor.open('/');
  await signInAs(visitor.page, 'ada@example.com', { clerk });
  return { clerk, userId, visitor };
}

test('the user profile adds a phone number and verifies it with a code', async () => {
  const { clerk, userId, visitor } = await signedIn({ enable: ['phone_number'] });
  await visitor.open('/account');
  await visitor.page.getByRole('button', { name: 'Add phone number' }).click();
  await visitor.page.locator('input[type="tel"]').fill('5555550100');
  await visitor.submit();
  await visitor.typeCode(testCode);
  await expect
    .poll(async () => (await clerk.users.get(userId)).phone_numbers)
    .toMatchObject([{ phone_number: '+15555550100', verification: { status: 'verified' } }]);
  expect((await clerk.users.get(userId)).primary_phone_number_id).not.toBeNull();
});

test('the user profile changes the username, and refuses one that is taken', async () => {
  const { clerk, userId, visitor } = await signedIn({ enable: ['username'] });
  await clerk.users.create({ email_address: ['eve@example.com'], username: 'eve' });
  await visitor.open('/account');
  await visitor.page.getByRole('button', { name: 'Update username' }).click();
  await visitor.fill({ username: 'eve' });
  await visitor.submit();
  expect(await visitor.error()).toContain('username is taken');
  await visitor.fill({ username: 'countess' });
  await visitor.submit();
  await expect.poll(async () => (await clerk.users.get(userId)).username).toBe('countess');
});

test('the user profile asks for the password again before a sensitive change', async () => {
  const clock = { ahead: 0 };
  const { clerk, userId, visitor } = await signedIn({
    enable: ['reverification'],
    now: () => Date.now() + clock.ahead,
  });
  await visitor.open('/account');
  const { page } = visitor;
  clock.ahead = 11 * 60_000;
  await page.getByRole('button', { name: 'Add email address' }).click();
  await visitor.fill({ emailAddress: 'countess@example.com' });
  await visitor.submit();
  await page.getByText('Verification required').waitFor();
  expect((await clerk.users.get(userId)).email_addresses).toHaveLength(1);
  await page.locator('input[name="password"]:not([tabindex="-1"])').fill(ada.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await visitor.typeCode(testCode);
  await expect
    .poll(async () => (await clerk.users.get(userId)).email_addresses)
    .toMatchObject([
      {},
      { email_address: 'countess@example.com', verification: { status: 'verified' } },
    ]);
});

test('the organization profile adds a domain and verifies it with a code', async () => {
  const { visitor } = await signedIn({});
  const { page } = visitor;
  await page.evaluate(`(async () => {
    const organization = await Clerk.createOrganization({ name: 'Acme' });
    await Clerk.setActive({ organization: organization.id });
  })()`);
  await visitor.open('/organization');
  await page.getByRole('button', { name: 'Add domain' }).click();
  await visitor.fill({ name: 'example.org' });
  await visitor.submit();
  await page.locator('input[name="affiliationEmailAddress"]').waitFor();
  await visitor.fill({ affiliationEmailAddress: 'admin' });
  await visitor.submit();
  await visitor.typeCode(testCode);
  const domains = 'Clerk.organization.getDomains().then(({ data }) => data)';
  await expect
    .poll(() => page.evaluate(domains))
    .toMatchObject([{ name: 'example.org', verification: { status: 'verified' } }]);
});

test('the sign-in asks for an organization if one is required', async () => {
  const clerk = await aClerkLocal({ enable: ['organization_required'] });
  await clerk.users.create(ada);
  const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
  await visitor.open('/sign-in');
  await visitor.fill({ identifier: 'ada@example.com' });
  await visitor.submit();
  await visitor.fill({ password: ada.password });
  await visitor.submit();
  await visitor.fill({ name: 'Acme' });
  await visitor.submit();
  await visitor.isAt('/dashboard');
  const state = '[window.Clerk.session?.status, window.Clerk.organization?.name]';
  expect(await visitor.page.evaluate(state)).toEqual(['active', 'Acme']);
});
