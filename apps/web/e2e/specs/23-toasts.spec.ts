import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test';

const refused = 'The browser did not allow copying. Select the text instead.';

function toastsOf(page: Page): Locator {
  return page.getByRole('status').filter({ has: page.getByRole('button', { name: 'Dismiss' }) });
}

/** Opens the home page in a browser that denies clipboard access. */
async function openWithoutClipboard(page: Page): Promise<Locator> {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await page.goto('/');
  return page.getByRole('button', { name: 'Copy: npm run docs' });
}

test('a failed copy shows a toast, which Escape dismisses', async ({ page }) => {
  const copy = await openWithoutClipboard(page);
  await copy.click();
  await expect(toastsOf(page)).toHaveText(refused);
  await page.keyboard.press('Escape');
  await expect(toastsOf(page)).toHaveCount(0);
  await expect(copy).toBeFocused();
});

test('the keyboard reaches the dismiss button, and the focus returns', async ({ page }) => {
  const copy = await openWithoutClipboard(page);
  await copy.focus();
  await page.keyboard.press('Enter');
  const dismiss = toastsOf(page).getByRole('button');
  // In front of the content and behind the header, which does not move.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link').last().focus();
  await page.keyboard.press('Tab');
  await expect(dismiss).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(toastsOf(page)).toHaveCount(0);
  await expect(
    page.getByRole('navigation', { name: 'Main' }).getByRole('link').last(),
  ).toBeFocused();
});

test('a toast disappears after a while, but not while the pointer or the focus is on it', async ({
  page,
}) => {
  await page.clock.install();
  const copy = await openWithoutClipboard(page);
  await copy.click();
  await expect(toastsOf(page)).toBeVisible();
  await toastsOf(page).getByText(refused).hover();
  await page.clock.runFor(60_000);
  await expect(toastsOf(page)).toBeVisible();

  await toastsOf(page).getByRole('button').focus();
  await page.mouse.move(10, 10);
  await page.clock.runFor(60_000);
  await expect(toastsOf(page)).toBeVisible();

  await copy.focus();
  await page.clock.runFor(7_000);
  await expect(toastsOf(page)).toHaveCount(0);
});

test('with reduced motion a toast does not move', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const copy = await openWithoutClipboard(page);
  await copy.click();
  const toast = toastsOf(page).locator('> div');
  await expect(toast).toHaveCSS('animation-duration', '0s');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe reports no violation on a toast, and it fits on a phone, ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    const copy = await openWithoutClipboard(page);
    await copy.click();
    await expect(toastsOf(page)).toBeInViewport({ ratio: 1 });
    const { violations } = await new AxeBuilder({ page }).include('[role=status]').analyze();
    expect(violations).toEqual([]);
  });
}

test('after a deletion the home page says that the account is deleted', async ({
  visitor,
  page,
}) => {
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
  const { userId } = await visitor.arrive();
  await control.deliverWebhooks(true);
  await control.deleteUser(userId);
  await page.waitForURL('/sign-in**');
  await expect(toastsOf(page)).toHaveText(/^Your (account was deleted|session has ended)/);
});
