import type { Browser, Locator, Page } from '@playwright/test';
import { addresses } from '../stack/addresses';
import type { Control } from '../support/control';
import { expect, test } from '../support/test';
import { Visitor } from '../support/visitor';

const scripts = `${addresses.clerk}/npm/**`;

/** As in a network that blocks Clerk, or a browser extension that does. */
async function blockClerk(page: Page): Promise<void> {
  await page.route(scripts, (route) => route.abort());
}

/** Not the page of the fixture, which must report no errors: Clerk reports its failure. */
async function aPage(browser: Browser): Promise<Page> {
  return browser.newPage({ baseURL: addresses.web });
}

async function signedIn(browser: Browser, control: Control): Promise<Visitor> {
  const visitor = new Visitor(await aPage(browser), control);
  await visitor.arrive();
  await blockClerk(visitor.page);
  return visitor;
}

function messageOf(page: Page, title: string): Locator {
  return page.getByRole('alert').filter({ hasText: `${title} cannot be loaded` });
}

async function reload(page: Page, message: Locator): Promise<void> {
  await page.unroute(scripts);
  await message.getByRole('button', { name: 'Reload the page' }).click();
}

async function expectNothingWaits(page: Page): Promise<void> {
  await expect(page.locator('.skeleton')).toHaveCount(0);
}

const slow = { timeout: 60_000 };

for (const [path, title] of [
  ['/sign-in', 'Sign-in'],
  ['/sign-up', 'Sign-up'],
] as const) {
  test(`${path} shows a message in place of the form if Clerk’s scripts cannot be loaded`, async ({
    browser,
  }) => {
    const page = await aPage(browser);
    await blockClerk(page);

    await page.goto(path);

    const message = messageOf(page, title);
    await expect(message).toBeVisible(slow);
    await expectNothingWaits(page);
    await reload(page, message);
    await expect(page.getByLabel('Email address')).toBeVisible();
    await page.close();
  });
}

test('the account page shows a message in place of the profile if Clerk’s scripts cannot be loaded', async ({
  browser,
  control,
}) => {
  const { page } = await signedIn(browser, control);

  await page.goto('/account');

  const message = messageOf(page, 'Your profile');
  await expect(message).toBeVisible(slow);
  await expect(page.getByRole('heading', { name: 'Your preferences' })).toBeVisible();
  await expectNothingWaits(page);
  await reload(page, message);
  await expect(page.getByRole('button', { name: 'Update profile' })).toBeVisible();
  await page.close();
});

test('the dashboard keeps the server’s data and shows a message in place of the session if Clerk’s scripts cannot be loaded', async ({
  browser,
  control,
}) => {
  const visitor = await signedIn(browser, control);
  const { page } = visitor;

  await page.goto('/dashboard');

  const message = messageOf(page, 'Your session');
  await expect(message).toBeVisible(slow);
  await expect(visitor.localUser().id()).toBeVisible();
  await expect(page.getByTestId('event').first()).toBeVisible();
  await expectNothingWaits(page);
  await reload(page, message);
  await expect(page.getByTestId('token-left')).toBeVisible();
  await page.close();
});

test('nothing on the dashboard waits forever if neither Clerk’s scripts nor the API respond', async ({
  browser,
  control,
}) => {
  const { page } = await signedIn(browser, control);
  await control.stopApi();

  await page.goto('/dashboard');

  await expect(messageOf(page, 'Your session')).toBeVisible(slow);
  await expect(page.getByText('Not available while Clerk cannot be loaded.')).toHaveCount(2);
  await expectNothingWaits(page);
  await page.close();
});

test('the home page of a signed-in user does not measure forever if Clerk’s scripts cannot be loaded', async ({
  browser,
  control,
}) => {
  const { page } = await signedIn(browser, control);

  await page.goto('/');

  await expect(page.getByText('Your request cannot be measured right now: Clerk')).toBeVisible(
    slow,
  );
  await expectNothingWaits(page);
  await page.close();
});

test('the sign-in page shows a message if only the scripts of Clerk’s forms cannot be loaded', async ({
  browser,
}) => {
  const page = await aPage(browser);
  await page.route(`${addresses.clerk}/npm/@clerk/ui@*/**`, (route) => route.abort());

  await page.goto('/sign-in');

  await expect(messageOf(page, 'Sign-in')).toBeVisible(slow);
  await page.close();
});

test('the sign-in page names the cause if the browser blocks cookies and site data', async ({
  browser,
}) => {
  const page = await aPage(browser);
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    }
  });

  await page.goto('/sign-in');

  const message = messageOf(page, 'Sign-in');
  await expect(message).toContainText('blocks cookies and site data', slow);
  await expect(message).not.toContainText('network');
  await page.close();
});
