import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { create } from '../backend-api/conformance/setup.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { totpCode } from '../../src/domain/users/totp.js';
import { ada, BrowserClient, errorOf, pageOrigin } from './support/browser-client.js';
import { launchChromium } from './support/chromium.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

const enable = ['email_link'] as const;
const redirect_url = `${pageOrigin}/verify`;
const strategy = 'email_link';
const secret = 'JBSWY3DPEHPK3PXP';

const messagesSchema = z.object({
  messages: z.array(z.object({ slug: z.string(), to: z.string(), body: z.string() })),
});

/** Returns the link of the newest email. */
async function newestLink(clerk: ClerkLocal): Promise<string> {
  const response = await callBackendApi(clerk, { method: 'GET', path: '/_local/messages' });
  const [message] = messagesSchema.parse(await response.json()).messages;
  return /http:\S+$/.exec(message?.body ?? '')?.[0] ?? '';
}

const follow = (link: string): Promise<Response> => fetch(link, { redirect: 'manual' });

test('a link completes a sign-up, once, and verifies the address', async () => {
  const clerk = await aClerkLocal({ enable });
  const browser = await BrowserClient.register(clerk);
  const path = await browser.startSignUp();
  await browser.call(`POST ${path}/prepare_verification`, { strategy, redirect_url });
  const link = await newestLink(clerk);
  const response = await follow(link);
  const [user] = await clerk.users.list();
  expect(user?.email_addresses[0]?.verification).toMatchObject({ status: 'verified', strategy });
  const { body } = await browser.call(`GET ${path}`);
  const { created_session_id } = z
    .object({
      response: z.object({ status: z.literal('complete'), created_session_id: z.string() }),
    })
    .parse(body).response;
  const query = new URLSearchParams({
    __clerk_status: 'verified',
    __clerk_created_session: created_session_id,
  });
  expect([response.status, response.headers.get('location')]).toEqual([
    303,
    `${redirect_url}?${query.toString()}`,
  ]);
  const again = await follow(link);
  expect([again.status, await again.json()]).toMatchObject([400, errorOf('verification_expired')]);
});

test('a link is a first factor: a second one is still asked for', async () => {
  const clerk = await aClerkLocal({ enable });
  await create(clerk, '/v1/users', { ...ada, totp_secret: secret });
  const browser = await BrowserClient.register(clerk);
  const path = await browser.startSignIn();
  await browser.call(`POST ${path}/prepare_first_factor`, { strategy, redirect_url });
  await follow(await newestLink(clerk));
  expect((await browser.call(`GET ${path}`)).body).toMatchObject({
    response: {
      status: 'needs_second_factor',
      first_factor_verification: { strategy, status: 'verified' },
    },
  });
  const form = { strategy: 'totp', code: totpCode(secret, Date.now()) };
  expect((await browser.call(`POST ${path}/attempt_second_factor`, form)).body).toMatchObject({
    response: { status: 'complete' },
  });
});

test('a newer link replaces the older one', async () => {
  const clerk = await aClerkLocal({ enable });
  await clerk.users.create(ada);
  const browser = await BrowserClient.register(clerk);
  const path = await browser.startSignIn();
  await browser.call(`POST ${path}/prepare_first_factor`, { strategy, redirect_url });
  const older = await newestLink(clerk);
  await browser.call(`POST ${path}/prepare_first_factor`, { strategy, redirect_url });
  expect((await follow(older)).status).toBe(400);
  expect((await follow(await newestLink(clerk))).status).toBe(303);
});

test.each([
  ['another host', enable, { redirect_url: 'https://evil.example/' }, 422],
  ['no page to return to', enable, {}, 422],
  ['an instance without the feature', [], { redirect_url }, 501],
])('refuses %s', async (_name, enabled, form, status) => {
  const clerk = await aClerkLocal({ enable: enabled });
  await clerk.users.create(ada);
  const browser = await BrowserClient.register(clerk);
  const path = await browser.startSignIn();
  const call = `POST ${path}/prepare_first_factor`;
  expect((await browser.call(call, { strategy, ...form })).status).toBe(status);
});

describe('clerk-js in Chromium', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test('waits until the link in the console’s messages is followed', async () => {
    const clerk = await aClerkLocal({ enable });
    const { id } = await clerk.users.create(ada);
    const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
    await visitor.open('/');
    const waiting = visitor.page.evaluate(`(async () => {
      const { client } = window.Clerk;
      const signIn = await client.signIn.create({ identifier: 'ada@example.com' });
      const { emailAddressId } = signIn.supportedFirstFactors.find(
        (each) => each.strategy === 'email_link');
      const { startEmailLinkFlow } = signIn.createEmailLinkFlow();
      const done = await startEmailLinkFlow({
        emailAddressId, redirectUrl: location.origin + '/verified' });
      await window.Clerk.setActive({ session: done.createdSessionId });
    })()`);
    await expect.poll(() => newestLink(clerk)).not.toBe('');
    const console = await browser.newPage();
    await console.goto(`${clerk.url}/#messages`);
    await console.getByText('Email', { exact: true }).click();
    expect(await console.getByRole('link', { name: /\/v1\/verify/ }).getAttribute('href')).toBe(
      await newestLink(clerk),
    );
    await console.close();
    await follow(await newestLink(clerk));
    await waiting;
    expect(await visitor.userId()).toBe(id);
  });
});
