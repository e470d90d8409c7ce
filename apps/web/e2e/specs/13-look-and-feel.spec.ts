import type { Page } from '@playwright/test';
import { forEachPage } from '../support/pages';
import { aPerson } from '../support/new-user';
import { expect, test } from '../support/test';

const widths = { phone: 390, desktop: 1440 };

/** Adds up layout shifts from the first frame on (CLS without session windows: never less). */
async function watchLayoutShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.assign(window, { layoutShift: 0, shifts: [] as string[] });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        };
        const seen = window as unknown as { layoutShift: number };
        if (!hadRecentInput) seen.layoutShift += value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

for (const [name, width] of Object.entries(widths)) {
  for (const latency of [0, 400]) {
    test(`the home page does not move while it loads, ${name}, font after ${latency} ms`, async ({
      page,
    }) => {
      await watchLayoutShifts(page);
      await page.setViewportSize({ width, height: 844 });
      await page.route(/\.woff2/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, latency));
        await route.continue();
      });

      await page.goto('/');
      await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
      await page.waitForLoadState('networkidle');
      await page.evaluate(() => document.fonts.ready);

      expect(await page.evaluate('window.layoutShift')).toBeLessThan(0.02);
    });
  }
}

test('the font is preloaded', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('link[rel=preload][as=font]')).toHaveCount(1);
  const family = await page.locator('body').evaluate((body) => getComputedStyle(body).fontFamily);
  expect(family.toLowerCase()).toContain('fallback');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every focused element of Clerk’s components has a visible focus, ${colorScheme}`, async ({
    visitor,
    control,
    page,
  }) => {
    test.setTimeout(90_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const invisible: string[] = [];
    await forEachPage(
      page,
      () => visitor.arriveAs(aPerson(), control),
      async ({ name }) => {
        if (!['sign-in', 'sign-up', 'dashboard', 'account'].includes(name)) return;
        let stops = 0;
        for (; stops < 25; stops += 1) {
          await page.keyboard.press('Tab');
          const stop = await page.evaluate(describeFocus);
          if (stop === null) break;
          if (!stop.isVisible) invisible.push(`${name}: ${stop.what}`);
        }
        expect(stops, name).toBeGreaterThan(4);
      },
    );
    expect(invisible).toEqual([]);
  });
}

/** Runs in the page. A focus is visible if it has an outline or a ring that is not transparent. */
function describeFocus(): { what: string; isVisible: boolean } | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  const style = getComputedStyle(element);
  const isClear = (colour: string): boolean => /, 0\)|\/ 0\)|transparent/.test(colour);
  const outline =
    style.outlineStyle !== 'none' &&
    parseFloat(style.outlineWidth) >= 2 &&
    !isClear(style.outlineColor);
  return {
    what: element.outerHTML.slice(0, 160),
    isVisible: outline,
  };
}
