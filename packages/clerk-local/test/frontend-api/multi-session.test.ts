import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { ada, BrowserClient, errorOf } from './support/browser-client.js';
import { launchChromium } from './support/chromium.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

const eve = { email_address: ['eve@example.com'], password: ada.password, first_name: 'Eve' };

test('a browser signs each account in once, and lists its sessions', async () => {
  const clerk = await aClerkLocal({ enable: ['multi_session'] });
  await clerk.users.create(ada);
  await clerk.users.create(eve);
  const browser = await BrowserClient.register(clerk);
  const sessionId = await browser.signIn();
  const { password } = ada;
  const second = { identifier: 'eve@example.com', password };
  expect((await browser.call('POST /v1/client/sign_ins', second)).status).toBe(200);
  const again = await browser.call('POST /v1/client/sign_ins', {
    identifier: 'ada@example.com',
    password,
  });
  expect([again.status, again.body]).toMatchObject([
    400,
    { errors: [{ code: 'identifier_already_signed_in', meta: { session_id: sessionId } }] },
  ]);
  const clients = await callBackendApi(clerk, { method: 'GET', path: '/v1/clients' });
  expect(await clients.json()).toMatchObject([
    { session_ids: [{}, {}].map(() => expect.any(String) as string) },
  ]);
});

test('without the feature, a browser has one session', async () => {
  const clerk = await aClerkLocal();
  await clerk.users.create(ada);
  const browser = await BrowserClient.register(clerk);
  await browser.signIn();
  const { body } = await browser.call('POST /v1/client/sign_ins', {
    identifier: 'ada@example.com',
  });
  expect(body).toMatchObject(errorOf('session_exists'));
});

describe('Clerk’s user button', { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test('adds an account, switches between accounts, and signs one of them out', async () => {
    const clerk = await aClerkLocal({ enable: ['multi_session'] });
    const { id: adaId } = await clerk.users.create(ada);
    const { id: eveId } = await clerk.users.create(eve);
    const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
    const signIn = async (email: string): Promise<void> => {
      await visitor.fill({ identifier: email });
      await visitor.submit();
      await visitor.fill({ password: ada.password });
      await visitor.submit();
      await visitor.isAt('/dashboard');
    };
    await visitor.open('/sign-in');
    await signIn('ada@example.com');
    await visitor.open('/button');
    const { page } = visitor;
    await page.locator('.cl-userButtonTrigger').click();
    await page.getByRole('button', { name: 'Add account' }).click();
    await page.waitForURL('**/sign-in**');
    await signIn('eve@example.com');
    await expect.poll(() => visitor.userId()).toBe(eveId);

    await visitor.open('/button');
    await page.locator('.cl-userButtonTrigger').click();
    await page.getByRole('button', { name: /Ada Lovelace/ }).click();
    await expect.poll(() => visitor.userId()).toBe(adaId);

    await visitor.open('/button');
    const sessionOfEve = `window.Clerk.client.sessions.find(({ user }) => user.id === '${eveId}').id`;
    await page.evaluate(`window.Clerk.signOut({ sessionId: ${sessionOfEve} })`);
    await expect.poll(() => page.evaluate('window.Clerk.client.signedInSessions.length')).toBe(1);
    const sessions = await callBackendApi(clerk, {
      method: 'GET',
      path: '/v1/sessions?status=active',
    });
    expect(await sessions.json()).toMatchObject([{ user_id: adaId }]);
  });
});
