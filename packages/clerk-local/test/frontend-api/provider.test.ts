import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { signInAs } from '../../src/testing/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import { ada } from './support/browser-client.js';
import { launchChromium } from './support/chromium.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const google = '.cl-socialButtonsIconButton__google, .cl-socialButtonsBlockButton__google';

/** Starts at Clerk's form, and continues to the provider's page. */
async function atTheProvider(clerk: ClerkLocal, path: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
  await visitor.open(path);
  await visitor.page.locator(google).click();
  await visitor.page.getByRole('heading', { name: 'Continue to' }).waitFor();
  return visitor;
}

async function choose(visitor: Visitor, email: string): Promise<void> {
  const { page } = visitor;
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('First name').fill('Grace');
  await page.getByLabel('Last name').fill('Hopper');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
}

const enabled = { enable: ['oauth_google'] } as const;

describe('Clerk’s components with a simulated provider', { timeout: 180_000 }, () => {
  test('sign up with a new account, and sign in with it from the other form', async () => {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ ...enabled, webhookUrl: receiver.url });
    const visitor = await atTheProvider(clerk, '/sign-up');
    await choose(visitor, 'grace@example.com');
    await visitor.isAt('/dashboard');
    const [user] = await clerk.users.list();
    await expect.poll(() => visitor.userId()).toBe(user?.id);
    expect(user).toMatchObject({
      first_name: 'Grace',
      password_enabled: false,
      external_accounts: [{ provider: 'oauth_google', email_address: 'grace@example.com' }],
      email_addresses: [{ verification: { strategy: 'from_oauth_google', status: 'verified' } }],
    });
    await clerk.webhooks.drain();
    expect(receiver.received.map(({ event }) => event.type)).toEqual([
      'user.created',
      'session.created',
    ]);

    // The account already exists, so Clerk transfers the sign-up to a sign-in.
    const other = await atTheProvider(clerk, '/sign-up');
    await other.page.getByRole('button', { name: 'grace@example.com' }).click();
    await other.isAt('/dashboard');
    await expect.poll(() => other.userId()).toBe(user?.id);
    expect(await clerk.users.count()).toBe(1);
  });

  test('sign in: an unknown account signs up, a verified address is linked, and cancelling is shown', async () => {
    const clerk = await aClerkLocal(enabled);
    const { id } = await clerk.users.create(ada);

    const cancelled = await atTheProvider(clerk, '/sign-in');
    await cancelled.page.getByRole('button', { name: 'Cancel' }).click();
    await cancelled.page
      .getByText(/did not grant access/)
      .first()
      .waitFor();
    expect(await cancelled.userId()).toBeNull();

    await cancelled.page.locator(google).click();
    await cancelled.page.getByRole('button', { name: 'ada@example.com' }).click();
    await cancelled.isAt('/dashboard');
    await expect.poll(() => cancelled.userId()).toBe(id);
    expect((await clerk.users.list())[0]?.external_accounts).toHaveLength(1);

    const unknown = await atTheProvider(clerk, '/sign-in');
    await choose(unknown, 'grace@example.com');
    await unknown.isAt('/dashboard');
    expect(await clerk.users.count()).toBe(2);
    await expect.poll(() => unknown.userId()).not.toBeNull();
  });

  test('connect an account in the profile, which the Backend API shows and removes', async () => {
    const clerk = await aClerkLocal(enabled);
    const { id } = await clerk.users.create(ada);
    const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
    await visitor.open('/');
    await signInAs(visitor.page, 'ada@example.com', { clerk });
    await visitor.open('/account');
    await visitor.page.getByRole('button', { name: 'Connect account' }).click();
    await visitor.page.getByRole('menuitem', { name: /Google/ }).click();
    await visitor.page.getByRole('heading', { name: 'Continue to' }).waitFor();
    await choose(visitor, 'countess@example.com');
    await visitor.page.getByText('countess@example.com').first().waitFor();

    const [account] = (await clerk.users.list())[0]?.external_accounts ?? [];
    expect(account).toMatchObject({ verification: { status: 'verified' } });
    const path = `/v1/users/${id}/external_accounts/${account?.id ?? ''}`;
    expect((await callBackendApi(clerk, { method: 'DELETE', path })).status).toBe(200);
    expect((await clerk.users.list())[0]?.external_accounts).toEqual([]);
  });

  test('a banned user is refused, and an account of another user cannot be connected', async () => {
    const clerk = await aClerkLocal(enabled);
    const { id } = await clerk.users.create(ada);
    const first = await atTheProvider(clerk, '/sign-in');
    await first.page.getByRole('button', { name: 'ada@example.com' }).click();
    await first.isAt('/dashboard');
    await callBackendApi(clerk, { method: 'POST', path: `/v1/users/${id}/ban` });

    const second = await atTheProvider(clerk, '/sign-in');
    await second.page.getByRole('button', { name: 'ada@example.com' }).click();
    await second.page.waitForURL('**/sign-in**');
    await second.page.waitForFunction('window.Clerk?.loaded');
    expect(await second.userId()).toBeNull();

    const eve = await Visitor.arrive(browser, await aWebPage(clerk));
    await eve.open('/');
    await signInAs(eve.page, 'eve@example.com', { clerk });
    await eve.open('/account');
    await eve.page.getByRole('button', { name: 'Connect account' }).click();
    await eve.page.getByRole('menuitem', { name: /Google/ }).click();
    await eve.page.getByRole('button', { name: 'ada@example.com' }).click();
    await eve.page
      .getByText(/already connected to another user/)
      .first()
      .waitFor();
  });
});
