import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { addresses } from '../stack/addresses';
import { expect, test } from '../support/test';

/** All violations that axe finds, of any impact. */
async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no violation in the API’s documentation, ${colorScheme}`, async ({ page }) => {
    // Both cores may be busy, and a page with every operation open is long.
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 390, height: 740 });
    await page.goto(`${addresses.api}/docs`);
    await expect(page.getByRole('heading', { level: 1, name: /^Populatte API/ })).toBeVisible();
    await expect(page.getByRole('heading', { name: /^Users/ })).toBeVisible();
    expect.soft(await violationsOf(page), 'closed').toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width).toBeLessThanOrEqual(390);

    await page.setViewportSize({ width: 1200, height: 740 });
    await page
      .getByRole('button', { name: /GET.*\/users\/me\b/ })
      .first()
      .click();
    await expect(page.getByRole('region', { name: /^Responses of GET/ })).toBeVisible();
    expect.soft(await violationsOf(page), 'open').toEqual([]);

    await page.getByRole('button', { name: 'Authorize' }).click();
    await expect(page.getByRole('dialog', { name: 'Available authorizations' })).toBeVisible();
    expect.soft(await violationsOf(page), 'dialog').toEqual([]);
  });
}
