import { AxeBuilder } from '@axe-core/playwright';
import { forEachPage } from '../support/pages';
import { expect, test } from '../support/test';
import { navigationOf } from '../support/visitor';

const looks = {
  light: { colorScheme: 'light', width: 1200 },
  dark: { colorScheme: 'dark', width: 1200 },
  'on a phone': { colorScheme: 'light', width: 360 },
} as const;

for (const [look, { colorScheme, width }] of Object.entries(looks)) {
  test(`axe reports no serious violation on any page, and no page scrolls sideways, ${look}`, async ({
    visitor,
    page,
  }) => {
    // Both cores may be busy, and axe checks six pages.
    test.setTimeout(180_000);
    // Skips transitions, whose intermediate colours do not count.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 740 });

    await forEachPage(
      page,
      () => visitor.arrive(),
      async ({ name }) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => /serious|critical/.test(impact ?? ''));
        const found = serious.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
        );
        expect.soft(found, name).toEqual([]);
        const needed = await page.evaluate(() => document.documentElement.scrollWidth);
        expect.soft(needed, name).toBeLessThanOrEqual(width);
      },
    );
  });
}

test('the keyboard reaches the skip link first and then every control in order', async ({
  page,
}) => {
  await page.goto('/');
  await expect(navigationOf(page).getByRole('link', { name: 'Sign in' })).toBeVisible();
  const stops: string[] = [];
  for (let stop = 0; stop < 7; stop += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    stops.push((await focused.getAttribute('aria-label')) ?? (await focused.textContent()) ?? '');
  }
  expect(stops).toEqual([
    'Skip to content',
    'Populatte',
    'Theme: system. Switch to light',
    'Sign in',
    'Create account',
    'Create account',
    'Sign in',
  ]);
});

test('the skip link is visible when focused and skips the navigation', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(
    page.locator('#content').getByRole('link', { name: 'Create account' }),
  ).toBeFocused();
});

test('the navigation marks the current page, and the keyboard reaches every control when signed in', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible();
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await expect(navigation.locator('[aria-current=page]')).toHaveText('Dashboard');

  await page.getByRole('link', { name: 'Account' }).focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Open user menu' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL('/account');

  await expect(navigation.locator('[aria-current=page]')).toHaveText('Account');
});

test('every focused element has an outline', async ({ page }) => {
  await page.goto('/');
  await expect(navigationOf(page).getByRole('link', { name: 'Sign in' })).toBeVisible();
  for (let stop = 0; stop < 6; stop += 1) {
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus')).toHaveCSS('outline-style', 'solid');
    await expect(page.locator(':focus')).toHaveCSS('outline-width', '2px');
  }
});
