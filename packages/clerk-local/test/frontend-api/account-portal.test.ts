import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClerkLocal, ClerkLocalOptions } from '../../src/index.js';
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

async function signIn(visitor: Visitor): Promise<void> {
  await visitor.fill({ identifier: 'ada@example.com' });
  await visitor.submit();
  await visitor.fill({ password: ada.password });
  await visitor.submit();
}

/** Signs in at the Account Portal with a `redirect_url`, and returns the page where this ends. */
async function pageAfterSignIn(redirectUrl: (web: string) => string): Promise<string> {
  const clerk = await aClerkLocal();
  await clerk.users.create(ada);
  const web = await aWebPage(clerk);
  const visitor = await Visitor.arrive(browser, clerk.url);
  const query = new URLSearchParams({ redirect_url: redirectUrl(web) });
  await visitor.page.goto(`${clerk.url}/sign-in?${query.toString()}`);
  await signIn(visitor);
  await visitor.page.waitForURL(({ pathname }) => !/^\/(sign-in|default-redirect)$/.test(pathname));
  const { origin, pathname } = new URL(visitor.page.url());
  return `${origin === web ? 'application' : origin === clerk.url ? 'portal' : origin}${pathname}`;
}

test('a sign-in leads back to the page of the application', async () => {
  expect(await pageAfterSignIn((web) => `${web}/dashboard`)).toBe('application/dashboard');
});

test.each(['https://evil.example/steal', 'javascript:alert(1)', '//evil.example'])(
  'a sign-in with redirect_url=%s leads to the account',
  async (url) => {
    expect(await pageAfterSignIn(() => url)).toBe('portal/user');
  },
);

describe('an application without pages for the sign-in', () => {
  /** Starts an instance, and opens a page of the application. */
  async function anApplication(options: ClerkLocalOptions = {}): Promise<{
    clerk: ClerkLocal;
    visitor: Visitor;
    web: string;
  }> {
    const clerk = await aClerkLocal(options);
    await clerk.users.create(ada);
    const web = await aWebPage(clerk, {});
    const visitor = await Visitor.arrive(browser, web);
    await visitor.open('/settings');
    return { clerk, visitor, web };
  }

  function isAt(visitor: Visitor, page: string): Promise<void> {
    return visitor.page.waitForURL(({ origin, pathname }) => origin + pathname === page);
  }

  test('uses the Account Portal’s sign-in, and gets its user back', async () => {
    const { clerk, visitor, web } = await anApplication();
    await visitor.page.evaluate('void window.Clerk.redirectToSignIn()');
    await isAt(visitor, `${clerk.url}/sign-in`);
    await signIn(visitor);
    await visitor.isAt('/settings');
    await expect.poll(() => visitor.userId()).toMatch(/^user_/);
    expect(visitor.page.url()).toBe(`${web}/settings`);
  });

  test('uses its sign-up, also from the link of the sign-in', async () => {
    const { clerk, visitor } = await anApplication();
    await visitor.page.evaluate('void window.Clerk.redirectToSignUp()');
    await isAt(visitor, `${clerk.url}/sign-up`);
    await visitor.page.getByRole('link', { name: 'Sign in' }).click();
    await isAt(visitor, `${clerk.url}/sign-in`);
    await visitor.page.getByRole('link', { name: 'Sign up' }).click();
    await isAt(visitor, `${clerk.url}/sign-up`);
    await visitor.fill({ firstName: 'Eve', lastName: 'Example' });
    await visitor.fill({ emailAddress: 'eve@example.com', password: ada.password });
    await visitor.submit();
    await visitor.typeCode('424242');
    await visitor.isAt('/settings');
  });

  test('uses its pages for the account and for organizations', async () => {
    const { clerk, visitor } = await anApplication();
    const { page } = visitor;
    await page.evaluate('void window.Clerk.redirectToOrganizationProfile()');
    // Without a user, the page asks for the sign-in first, and without an organization for one.
    await isAt(visitor, `${clerk.url}/sign-in`);
    await signIn(visitor);
    await isAt(visitor, `${clerk.url}/create-organization`);
    await visitor.fill({ name: 'Acme' });
    await visitor.submit();
    await page.getByRole('button', { name: 'Skip' }).click();
    // The portal leads back to the application of this browser.
    await visitor.isAt('/');
    await page.evaluate('void window.Clerk.redirectToOrganizationProfile()');
    await isAt(visitor, `${clerk.url}/organization`);
    await page.getByText('Acme').first().waitFor();
    await visitor.open('/');
    await page.evaluate('void window.Clerk.redirectToUserProfile()');
    await isAt(visitor, `${clerk.url}/user`);
    await page.getByText('ada@example.com').first().waitFor();
  });

  test('lets visitors of several accounts choose one', async () => {
    const { clerk, visitor } = await anApplication({ enable: ['multi_session'] });
    const { page } = visitor;
    await page.evaluate('void window.Clerk.redirectToSignIn()');
    await signIn(visitor);
    await visitor.isAt('/settings');
    const choose = page.evaluate('window.Clerk.buildAfterMultiSessionSingleSignOutUrl()');
    await page.goto(String(await choose));
    await isAt(visitor, `${clerk.url}/sign-in`);
    await page.getByRole('button', { name: 'Ada Lovelace' }).click();
    await visitor.isAt('/');
  });
});
