import type { Locator, Page } from '@playwright/test';
import { forEachPage } from '../support/pages';
import { expect, test } from '../support/test';
import { navigationOf } from '../support/visitor';

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

test('the picture’s arrowheads appear when their lines are complete', async ({ page }) => {
  await page.setViewportSize({ width: widths.desktop, height: 900 });
  await page.goto('/');
  const opacities = (milliseconds: number): Promise<string[]> =>
    page.evaluate((time) => {
      for (const animation of document.getAnimations()) {
        animation.pause();
        animation.currentTime = time;
      }
      const heads = document.querySelectorAll('div:not([class*="lg:hidden"]) > svg marker path');
      return [...heads].map((head) => getComputedStyle(head).opacity);
    }, milliseconds);

  expect(await opacities(0)).toEqual(['0', '0', '0', '0']);
  expect(await opacities(1_200)).toEqual(['1', '0', '0', '0']);
  expect(await opacities(10_000)).toEqual(['1', '1', '1', '1']);
});

test('with reduced motion the picture appears immediately', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/');
  const drawn = await page.evaluate(() =>
    [...document.querySelectorAll('main svg path')].map((path) => {
      const { opacity, strokeDashoffset, animationName } = getComputedStyle(path);
      return [opacity, strokeDashoffset, animationName].join(' ');
    }),
  );
  expect(new Set(drawn)).toEqual(new Set(['1 0px none']));
});

test('the font is preloaded', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('link[rel=preload][as=font]')).toHaveCount(1);
  const family = await page.locator('body').evaluate((body) => getComputedStyle(body).fontFamily);
  expect(family.toLowerCase()).toContain('fallback');
});

test('the theme switch overrides the system theme, on the server and in Clerk’s forms too', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/sign-in');
  await expect(page.getByLabel('Email address')).toBeVisible();
  const light = await coloursOf(page);
  const theSwitch = page.getByRole('button', { name: /^Theme: / });

  await theSwitch.click();
  await theSwitch.click();

  await expect(theSwitch).toHaveAccessibleName('Theme: dark. Switch to system');
  const dark = await coloursOf(page);
  expect(dark.page).not.toBe(light.page);
  expect(dark.form).not.toBe(light.form);
  const response = await page.request.get('/sign-in');
  expect(await response.text()).toContain('data-theme="dark"');
  await page.reload();
  expect(await coloursOf(page)).toMatchObject({ page: dark.page });

  await theSwitch.click();
  await expect(theSwitch).toHaveAccessibleName('Theme: system. Switch to light');
  expect(await coloursOf(page)).toMatchObject({ page: light.page });
});

test('a page in the dark theme is printed with dark text, because browsers print no backgrounds', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/sign-in');
  // The theme switch does nothing until the page is hydrated; only then does Clerk's form appear.
  await expect(page.getByLabel('Email address')).toBeVisible();
  const colourOfText = (): Promise<string> =>
    page.locator('body').evaluate((body) => getComputedStyle(body).color);
  const light = await colourOfText();
  const theSwitch = page.getByRole('button', { name: /^Theme: / });
  await theSwitch.click();
  await theSwitch.click();
  await expect(theSwitch).toHaveAccessibleName('Theme: dark. Switch to system');
  expect(await colourOfText()).not.toBe(light);

  await page.emulateMedia({ media: 'print' });
  expect(await colourOfText()).toBe(light);
});

test('the manifest, the icons and the link preview image need no session', async ({ page }) => {
  const manifest = await page.request.get('/manifest.webmanifest');
  expect(manifest.headers()['content-type']).toContain('application/manifest+json');
  await page.goto('/');
  const picture = page.locator('meta[property="og:image"]');
  const address = new URL((await picture.getAttribute('content')) ?? '');
  for (const path of ['/icon.svg', '/apple-icon.png', address.pathname]) {
    const response = await page.request.get(path);
    expect(response.headers()['content-type'], path).toMatch(/^image\//);
  }
});

/** Backgrounds of the page and of Clerk's form. */
async function coloursOf(page: Page): Promise<{ page: string; form: string }> {
  const backgroundOf = (selector: string): Promise<string> =>
    page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundColor);
  await expect(page.getByLabel('Email address')).toBeVisible();
  return { page: await backgroundOf('body'), form: await backgroundOf('.cl-card') };
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every focused element of Clerk’s components has a visible focus, ${colorScheme}`, async ({
    visitor,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const invisible: string[] = [];
    await forEachPage(
      page,
      () => visitor.arrive(),
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

test('with forced colours the main button, the meter and the current page stay recognizable', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  await page.emulateMedia({ forcedColors: 'active' });
  const styleOf = (element: Locator, property: string): Promise<string> =>
    element.evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), property);

  const meter = page.getByRole('meter', { name: 'Session token' });
  expect(await styleOf(meter, 'border-top-width')).toBe('1px');
  const fill = meter.locator('div');
  expect(await styleOf(fill, 'background-color')).not.toBe(
    await styleOf(meter, 'background-color'),
  );
  const current = navigationOf(page).getByRole('link', { name: 'Dashboard' });
  expect(await styleOf(current, 'text-decoration-line')).toBe('underline');

  await page.goto('/account');
  const save = page.getByRole('button', { name: 'Save preferences' });
  expect(await styleOf(save, 'border-top-width')).toBe('1px');
});

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
