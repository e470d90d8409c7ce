import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal, ClerkLocalOptions } from '../../src/index.js';
import { signInAs } from '../../src/testing/index.js';
import { create } from '../backend-api/conformance/setup.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { EthereumWallet } from '../support/wallets.js';
import { ada, testCode } from './support/browser-client.js';
import { launchChromium } from './support/chromium.js';
import { injectWallet } from './support/injected-wallet.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), status: z.string() })),
});
const phone = '+15555550100';
const names = { firstName: 'Ada', lastName: 'Lovelace' };
const email = { emailAddress: 'ada@example.com' };

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function aVisitor(
  options: ClerkLocalOptions,
): Promise<{ readonly clerk: ClerkLocal; readonly visitor: Visitor }> {
  const clerk = await aClerkLocal(options);
  return { clerk, visitor: await Visitor.arrive(browser, await aWebPage(clerk)) };
}

/** Waits until the code form of the next identifier has replaced the previous one. */
async function verify(visitor: Visitor, title: string): Promise<void> {
  await visitor.page.getByText(title).first().waitFor();
  await visitor.typeCode(testCode);
}

describe('Clerk’s sign-up and sign-in forms', { timeout: 180_000 }, () => {
  const attributes = { enable: ['username', 'phone_number'] } as const;

  test('sign up with a username and a phone number, and verify both identifiers', async () => {
    const { clerk, visitor } = await aVisitor(attributes);
    await visitor.open('/sign-up');
    await visitor.fill({ ...names, ...email, username: 'countess', password: ada.password });
    await visitor.page.locator('input[type="tel"]').fill('5555550100');
    await visitor.submit();
    await verify(visitor, 'Verify your email');
    await verify(visitor, 'Verify your phone');
    await visitor.isAt('/dashboard');
    const [user] = await clerk.users.list();
    expect(user).toMatchObject({
      username: 'countess',
      email_addresses: [{ email_address: 'ada@example.com', verification: { status: 'verified' } }],
      phone_numbers: [{ phone_number: phone, verification: { status: 'verified' } }],
    });
    expect(await visitor.userId()).toBe(user?.id);
  });

  test('sign in with a username and a password', async () => {
    const { clerk, visitor } = await aVisitor(attributes);
    const { id } = await clerk.users.create({ ...ada, username: 'countess' });
    await visitor.open('/sign-in');
    await visitor.fill({ identifier: 'nobody' });
    await visitor.submit();
    expect(await visitor.error()).toContain("Couldn't find your account.");
    await visitor.fill({ identifier: 'Countess' });
    await visitor.submit();
    await visitor.fill({ password: ada.password });
    await visitor.submit();
    await visitor.isAt('/dashboard');
    expect(await visitor.userId()).toBe(id);
  });

  test('sign in with a phone number and the code of a text message', async () => {
    const { clerk, visitor } = await aVisitor(attributes);
    const { id } = await clerk.users.create({
      email_address: ['ada@example.com'],
      phone_number: [phone],
    });
    await visitor.open('/sign-in');
    await visitor.page.getByText('Use phone').click();
    await visitor.page.locator('input[type="tel"]').fill('5555550100');
    await visitor.submit();
    await verify(visitor, 'Check your phone');
    await visitor.isAt('/dashboard');
    expect(await visitor.userId()).toBe(id);
    const sent = await callBackendApi(clerk, { method: 'GET', path: '/_local/messages' });
    expect(await sent.text()).toContain(phone);
  });

  test('join the waitlist, and sign up with the invitation only', async () => {
    const { clerk, visitor } = await aVisitor({ enable: ['waitlist'] });
    await visitor.open('/waitlist');
    await visitor.fill(email);
    await visitor.submit();
    await visitor.page.getByText('Thanks for joining the waitlist').waitFor();
    const list = await callBackendApi(clerk, { method: 'GET', path: '/v1/waitlist_entries' });
    const { data } = listSchema.parse(await list.json());
    expect(data).toMatchObject([{ status: 'pending' }]);

    const direct = `window.Clerk.client.signUp.create({ emailAddress: 'ada@example.com' })
      .then(() => 'no error', ({ errors }) => errors[0].code)`;
    expect(await visitor.page.evaluate(direct)).toBe('sign_up_restricted_waitlist');
    const invited = await create(clerk, `/v1/waitlist_entries/${data[0]?.id}/invite`, {});
    const { invitation } = z.object({ invitation: z.object({ url: z.url() }) }).parse(invited);
    const ticket = new URL(invitation.url).searchParams.get('ticket') ?? '';
    await visitor.open(`/sign-up?__clerk_ticket=${ticket}`);
    await visitor.fill({ ...names, password: ada.password });
    await visitor.submit();
    await visitor.isAt('/dashboard');
    expect(await clerk.users.count()).toBe(1);
  });
});

describe('Clerk’s components with a web3 wallet', { timeout: 180_000 }, () => {
  const enable = ['web3_metamask'] as const;

  test('sign up with MetaMask, complete the profile, and sign in with it again', async () => {
    const { clerk, visitor } = await aVisitor({ enable });
    const wallet = new EthereumWallet();
    await injectWallet(visitor.page, wallet);
    await visitor.open('/sign-up');
    await visitor.page.locator('.cl-socialButtonsBlockButton').click();
    await visitor.page.getByText('Fill in missing fields').waitFor();
    await visitor.fill({ ...names, ...email });
    await visitor.submit();
    await verify(visitor, 'Verify your email');
    await visitor.isAt('/dashboard');
    const [user] = await clerk.users.list();
    expect(user).toMatchObject({
      first_name: 'Ada',
      password_enabled: false,
      web3_wallets: [{ web3_wallet: wallet.address, verification: { status: 'verified' } }],
    });

    await visitor.signOut();
    await visitor.open('/sign-in');
    await visitor.page.locator('.cl-socialButtonsBlockButton').click();
    await visitor.isAt('/dashboard');
    expect(await visitor.userId()).toBe(user?.id);
  });

  test('the user profile connects a wallet', async () => {
    // Clerk's menu throws if every wallet is connected, so there is a second one.
    const { clerk, visitor } = await aVisitor({ enable: [...enable, 'web3_okx_wallet'] });
    const { id } = await clerk.users.create(ada);
    const wallet = new EthereumWallet();
    await injectWallet(visitor.page, wallet);
    await visitor.open('/');
    await signInAs(visitor.page, 'ada@example.com', { clerk });
    await visitor.open('/account');
    await visitor.page.getByRole('button', { name: 'Connect wallet' }).click();
    await visitor.page.getByText('MetaMask').click();
    await expect
      .poll(async () => (await clerk.users.get(id)).web3_wallets)
      .toMatchObject([{ web3_wallet: wallet.address, verification: { status: 'verified' } }]);
  });
});
