import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test';

const refused = 'The browser did not allow copying. Select the text instead.';

function toastsOf(page: Page): Locator {
  return page.getByRole('status').filter({ has: page.getByRole('button', { name: 'Dismiss' }) });
}

/** Opens the home page in a browser that denies clipboard access, and copies in vain. */
async function failToCopy(page: Page): Promise<Locator> {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await page.goto('/');
  const copy = page.getByRole('button', { name: 'Copy: npm run docs' });
  // The button does nothing until the page is hydrated. A repeated failure does not repeat the toast.
  await expect(async () => {
    await copy.press('Enter');
    await expect(toastsOf(page)).toHaveText(refused, { timeout: 2_000 });
  }).toPass();
  return copy;
}

/** Keeps toasts, which stay while the page is hidden: a slow machine takes longer for two steps. */
async function keepToasts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.defineProperty(document, 'hidden', { get: () => true });
  });
}

/** Lets time pass in steps, so that the page can respond in between. */
async function runFor(page: Page, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) await page.clock.runFor(1_000);
}

test('a failed copy shows a toast, which Escape dismisses', async ({ page }) => {
  await keepToasts(page);
  const copy = await failToCopy(page);
  await page.keyboard.press('Escape');
  await expect(toastsOf(page)).toHaveCount(0);
  await expect(copy).toBeFocused();
});

test('the keyboard reaches the dismiss button, and the focus returns', async ({ page }) => {
  await keepToasts(page);
  await failToCopy(page);
  // In front of the content and behind the header, which does not move.
  const before = page.getByRole('navigation', { name: 'Main' }).getByRole('link').last();
  await before.focus();
  await page.keyboard.press('Tab');
  await expect(toastsOf(page).getByRole('button')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(toastsOf(page)).toHaveCount(0);
  await expect(before).toBeFocused();
});

test('a toast disappears after a while, but not while the pointer or the focus is on it', async ({
  page,
}) => {
  // Time stands still, except in `runFor`.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  const copy = await failToCopy(page);
  await toastsOf(page).getByText(refused).hover();
  await runFor(page, 30);
  await expect(toastsOf(page)).toBeVisible();

  await toastsOf(page).getByRole('button').focus();
  await page.mouse.move(10, 10);
  await runFor(page, 30);
  await expect(toastsOf(page)).toBeVisible();

  await copy.focus();
  await runFor(page, 10);
  await expect(toastsOf(page)).toHaveCount(0);
});

test('with reduced motion a toast does not move', async ({ page }) => {
  await keepToasts(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await failToCopy(page);
  const toast = toastsOf(page).locator('> div');
  await expect(toast).toHaveCSS('animation-duration', '0s');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe reports no violation on a toast, and it fits on a phone, ${colorScheme}`, async ({
    page,
  }) => {
    await keepToasts(page);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    await failToCopy(page);
    await expect(toastsOf(page)).toBeInViewport({ ratio: 1 });
    const { violations } = await new AxeBuilder({ page }).include('[role=status]').analyze();
    expect(violations).toEqual([]);
  });
}

test('after a deletion the home page says that the account is deleted', async ({
  visitor,
  page,
}) => {
  await keepToasts(page);
  const user = await visitor.arrive();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.getByLabel(`To confirm, type ${user.email}`).fill(user.email);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/');
  await expect(toastsOf(page)).toHaveText('Your account was deleted.');
});

test('a session that ends elsewhere leads to the sign-in page, which explains why', async ({
  visitor,
  control,
  page,
}) => {
  await keepToasts(page);
  const { userId } = await visitor.arrive();
  await control.deliverWebhooks(true);
  await control.deleteUser(userId);
  await page.waitForURL('/sign-in**');
  await expect(toastsOf(page)).toHaveText(/^Your (account was deleted|session has ended)/);
});
