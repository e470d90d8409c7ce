import type { Page } from '@playwright/test';
import { addresses } from '../stack/addresses';
import { aPerson } from '../support/new-user';
import { expect, test } from '../support/test';
import { Visitor } from '../support/visitor';

/** As in a network that blocks Clerk, or a browser extension that does. */
async function blockClerk(page: Page): Promise<void> {
  await page.route(`${addresses.clerk}/npm/**`, (route) => route.abort());
}

const unavailable = { '/sign-in': 'Sign-in', '/sign-up': 'Sign-up' };

for (const [path, what] of Object.entries(unavailable)) {
  // Clerk reports its failure to the console, which the page of the fixture must not.
  test(`${path} shows a message in place of the form if Clerk’s scripts cannot be loaded`, async ({
    browser,
  }) => {
    const page = await browser.newPage({ baseURL: addresses.web });
    await blockClerk(page);

    await page.goto(path);

    const message = page.getByRole('alert').filter({ hasText: `${what} cannot be loaded` });
    await expect(message).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(0);
    await page.unroute(`${addresses.clerk}/npm/**`);
    await message.getByRole('button', { name: 'Reload the page' }).click();
    await expect(page.getByLabel('Email address')).toBeVisible();
    await page.close();
  });
}

test('the account page shows a message in place of the profile if Clerk’s scripts cannot be loaded', async ({
  browser,
  control,
}) => {
  const page = await browser.newPage({ baseURL: addresses.web });
  await new Visitor(page).arriveAs(aPerson(), control);
  await blockClerk(page);

  await page.goto('/account');

  await expect(
    page.getByRole('alert').filter({ hasText: 'Your profile cannot be loaded' }),
  ).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'Your preferences' })).toBeVisible();
  await page.close();
});
