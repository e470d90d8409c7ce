import type { Page } from '@playwright/test';
import { addresses } from '../stack/addresses';
import { aNewUser } from '../support/new-user';
import { replaceToken } from '../support/session-cookie';
import { expect, test } from '../support/test';
import { LocalUserCard, navigationOf, Visitor } from '../support/visitor';

/**
 * Headless browsers consider all pages visible, so this simulates that the user switches to the
 * tab.
 */
async function becomesVisible(page: Page): Promise<void> {
  await page.bringToFront();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

for (const path of ['/', '/sign-in', '/no/such/page']) {
  test(`${path}, open during a sign-in in another tab, notices it when it becomes visible`, async ({
    visitor,
    control,
    page,
    context,
  }) => {
    await page.goto(path);
    await expect(navigationOf(page).getByRole('link', { name: 'Sign in' })).toBeVisible();
    if (path === '/sign-in') await expect(page.getByLabel('Email address')).toBeVisible();

    await new Visitor(await context.newPage(), control).arrive();
    await becomesVisible(page);

    await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible();
    if (path === '/sign-in') {
      await expect(page).toHaveURL('/dashboard');
      await expect(visitor.localUser().id()).toBeVisible();
    }
  });
}

test('a page that becomes visible does not reload if nothing has changed', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill('half-typed');
  for (let time = 0; time < 3; time += 1) await becomesVisible(page);
  await page.waitForLoadState('networkidle');
  await expect(page.getByLabel('Email address')).toHaveValue('half-typed');
});

test('a page that Back restores after a sign-out is loaded again', async ({
  visitor,
  page,
  context,
}) => {
  await visitor.arrive();
  await page.goto('/account');
  await expect(page.getByTestId('sync-note')).toBeVisible();
  // The server renders the note; only a hydrated page, which has a user menu, notices the event.
  await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible();
  await context.clearCookies();

  // Simulates the back/forward cache, which Playwright switches off.
  await page.evaluate(() => {
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  });

  await expect(page).toHaveURL(/\/sign-in\?redirect_url=.*account/);
});

test('a dashboard shows no data of the first user after another user has signed in', async ({
  visitor,
  control,
  page,
  context,
}) => {
  const grace = aNewUser({ firstName: 'Grace', lastName: 'Hopper' });
  await control.createUser(grace);
  await visitor.arrive();
  const other = new Visitor(await context.newPage(), control);
  await other.page.goto('/dashboard');
  await other.signOut();
  await other.signIn(grace);

  await becomesVisible(page);

  await expect
    .poll(async () => {
      const email = new LocalUserCard(page).email();
      return (await email.count()) === 0 ? 'nothing' : email.textContent();
    })
    .toMatch(new RegExp(`^(nothing|${grace.email})$`));
  await expect(page).toHaveURL(/\/(dashboard|sign-in)?$/);
});

test('a page that the server rendered for the user of another tab soon shows the tab’s own user', async ({
  visitor,
  control,
  page,
  context,
}) => {
  const userId = await control.createUser(aNewUser({ firstName: 'Grace', lastName: 'Hopper' }));
  await visitor.arrive({ firstName: 'Ada', lastName: 'Lovelace' });
  // Tabs share the cookie: a tab with another session replaces the token in it.
  await replaceToken(context, await control.createToken({ userId, origin: addresses.web }));

  await navigationOf(page).getByRole('link', { name: 'Account' }).click();

  await expect(visitor.heading('Account')).toBeVisible();
  await expect(page.getByTestId('sync-note')).toContainText('Ada Lovelace');
  await expect(page.getByText('Grace')).toHaveCount(0);
});
