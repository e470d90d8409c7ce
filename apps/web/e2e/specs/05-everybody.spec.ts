import { AxeBuilder } from '@axe-core/playwright';
import { forEachPage } from '../support/pages';
import { aPerson } from '../support/people';
import { expect, test } from '../support/test';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on any page, ${colorScheme}`, async ({
    visitor,
    control,
    page,
  }) => {
    test.setTimeout(60_000);
    // Half a transition has colours that nobody reads by.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });

    await forEachPage(
      page,
      () => visitor.arriveAs(aPerson(), control),
      async ({ name }) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => /serious|critical/.test(impact ?? ''));
        const found = serious.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
        );
        expect.soft(found, name).toEqual([]);
      },
    );
  });
}

test('at the width of a phone no page scrolls sideways', async ({ visitor, control, page }) => {
  test.setTimeout(60_000);
  await page.setViewportSize({ width: 360, height: 740 });

  await forEachPage(
    page,
    () => visitor.arriveAs(aPerson(), control),
    async ({ name }) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(width, name).toBeLessThanOrEqual(360);
    },
  );
});

test('the keyboard reaches the content first, and what there is to do, in order', async ({
  page,
}) => {
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  const stops: string[] = [];
  for (let stop = 0; stop < 6; stop += 1) {
    await page.keyboard.press('Tab');
    stops.push((await page.locator(':focus').textContent()) ?? '');
  }
  expect(stops).toEqual([
    'Skip to content',
    'Populatte',
    'Sign in',
    'Sign up',
    'Create an account',
    'I have one',
  ]);
});

test('the skip link is seen when it has the focus, and leads past the navigation', async ({
  page,
}) => {
  await page.goto('/');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Create an account' })).toBeFocused();
});
