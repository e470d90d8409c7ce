import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import { ada } from './support/browser-client.js';
import { launchChromium } from './support/chromium.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Signs in at the Account Portal with a `redirect_url`, and returns the page that follows. */
async function pageAfterSignIn(redirectUrl: (web: string) => string): Promise<string> {
  const clerk = await aClerkLocal();
  await clerk.users.create(ada);
  const web = await aWebPage(clerk);
  const visitor = await Visitor.arrive(browser, clerk.url);
  const query = new URLSearchParams({ redirect_url: redirectUrl(web) });
  await visitor.page.goto(`${clerk.url}/sign-in?${query.toString()}`);
  await visitor.fill({ identifier: 'ada@example.com' });
  await visitor.submit();
  await visitor.fill({ password: ada.password });
  await visitor.submit();
  await visitor.page.waitForURL((url) => url.pathname !== '/sign-in');
  const { origin, pathname } = new URL(visitor.page.url());
  return `${origin === web ? 'application' : origin === clerk.url ? 'portal' : origin}${pathname}`;
}

test('a sign-in leads back to the page of the application', async () => {
  expect(await pageAfterSignIn((web) => `${web}/dashboard`)).toBe('application/dashboard');
});

test('a sign-in does not lead to a page of another machine', async () => {
  expect(await pageAfterSignIn(() => 'https://evil.example/steal')).toMatch(/^portal\//);
});
