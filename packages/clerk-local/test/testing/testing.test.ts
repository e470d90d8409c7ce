import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as testing from '../../src/testing/index.js';
import type { ClerkLocal } from '../../src/index.js';
import { ada } from '../frontend-api/support/browser-client.js';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { Visitor } from '../frontend-api/support/visitor.js';
import { aWebPage } from '../frontend-api/support/web-page.js';
import { aClerkLocal } from '../support/clerk-local.js';

const { clerkFixtures, signInAs } = testing;

test('exports exactly the public interface', () => {
  expect(Object.keys(testing).sort()).toEqual(['clerkFixtures', 'connectClerkTesting', 'signInAs']);
});

describe('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test('signInAs signs a user in on any page, creates a missing user, and changes the user', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create(ada);
    const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
    await visitor.open('/');

    expect(await signInAs(visitor.page, 'ada@example.com', { clerk })).toBe(id);
    expect(await visitor.userId()).toBe(id);

    // Without options: the page's instance, although others run in this process.
    await aClerkLocal();
    const eve = await signInAs(visitor.page, 'eve@example.com');
    expect(await visitor.userId()).toBe(eve);
    expect((await clerk.users.list({ email_address: ['eve@example.com'] }))[0]?.id).toBe(eve);
  });

  test('the Account Portal signs a user up, shows the account, and signs in with a ticket', async () => {
    const clerk = await aClerkLocal({ applicationName: 'Portal <b>' });
    const visitor = await Visitor.arrive(browser, clerk.url);
    await visitor.page.goto(`${clerk.url}/user`);
    await visitor.page.waitForURL(`${clerk.url}/sign-in**`);
    await visitor.open('/sign-up');
    expect(await visitor.page.title()).toBe('Portal <b>');
    await visitor.fill({ firstName: 'Ada', lastName: 'Lovelace' });
    await visitor.fill({ emailAddress: 'ada@example.com', password: 'correct horse' });
    await visitor.submit();
    await visitor.typeCode('424242');
    await visitor.page.waitForURL(`${clerk.url}/user**`);
    await visitor.page.getByText('ada@example.com').first().waitFor();

    const other = await Visitor.arrive(browser, clerk.url);
    const { id } = await clerk.users.create({ email_address: ['eve@example.com'] });
    await other.page.goto(await ticketUrl(clerk, id));
    await other.page.waitForURL(`${clerk.url}/user**`);
    // The page navigates once more before Clerk's script has loaded the user.
    await expect.poll(() => other.userId()).toBe(id);
  });
});

async function ticketUrl(clerk: ClerkLocal, userId: string): Promise<string> {
  const response = await fetch(`${clerk.url}/v1/sign_in_tokens`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${clerk.secretKey}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ user_id: userId }),
  });
  return z.object({ url: z.string() }).parse(await response.json()).url;
}

test('the fixture starts an instance for each test and closes it', async () => {
  const { clerk: fixture } = clerkFixtures({
    seed: { users: [{ emailAddresses: ['a@example.com'] }] },
  });
  const used: ClerkLocal[] = [];
  const use = async (clerk: ClerkLocal): Promise<void> => {
    used.push(clerk);
    expect(await clerk.users.count()).toBe(1);
  };
  await Promise.all([fixture({}, use), fixture({}, use)]);
  expect(new Set(used.map(({ url }) => url)).size).toBe(2);
  await expect(fetch(used[0]?.url ?? '')).rejects.toThrow();
  // Playwright requires a destructuring pattern.
  expect(fixture.toString()).toMatch(/^async \(\{\s*\}/);
});

test('signInAs says what is missing', async () => {
  const page = { waitForFunction: () => Promise.resolve(), evaluate: () => Promise.resolve() };
  await expect(signInAs(page, 'ada@example.com')).rejects.toMatchObject({ code: 'invalid_option' });
});
