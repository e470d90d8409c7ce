import { chromium, type Page } from '@playwright/test';
import { addresses } from '../stack/addresses';
import { chromiumArguments, findChromium } from '../stack/chromium';
import { Control } from '../support/control';
import { aNewUser } from '../support/new-user';
import { forEachPage } from '../support/pages';
import {
  compareWithReference,
  saveReference,
  saveResult,
  takePicture,
  type Difference,
} from '../support/pictures';
import { expect, test } from '../support/test';
import { Visitor } from '../support/visitor';

// `npm run screenshots` sets it.
const isUpdate = process.env['UPDATE_SCREENSHOTS'] === '1';

/**
 * The largest difference that is not a defect. The same machine reproduces a picture exactly; other
 * text renderings stay below half of this limit, and each defect below exceeds it.
 */
const tolerance = 8.5;

const compared = ['home', 'sign-in', 'not-found', 'dashboard', 'account'];

interface Look {
  readonly width: 390 | 1440;
  readonly colorScheme: 'light' | 'dark';
}

const looks: readonly Look[] = [
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
  { width: 1440, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
];

/** Fixed, because the pictures show it. */
const ada = aNewUser({ email: 'ada@example.org' });
let adasId: string;

test.skip(process.env['E2E_MODE'] === 'dev', '`next dev` adds its own button to every page');

test.beforeAll(async () => {
  adasId = await new Control().createUser(ada);
});

test.afterAll(async () => {
  await new Control().deleteUser(adasId);
});

/** Opens the compared pages and takes a picture of each variant, with the name of its reference. */
async function forEachLook(
  page: Page,
  given: readonly Look[],
  visit: (name: string, of: string) => Promise<void>,
): Promise<void> {
  // Loads the font into the browser's cache, because the browser would skip a slow one
  // (`font-display: optional`).
  await page.goto('/');
  await page.evaluate(() => document.fonts.ready);
  await forEachPage(
    page,
    () => new Visitor(page, new Control()).signIn(ada),
    async (known) => {
      if (!compared.includes(known.name)) return;
      for (const { width, colorScheme } of given) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await known.isComplete(page);
        await visit(`${known.name}-${width}-${colorScheme}`, known.name);
      }
    },
  );
}

test('every page looks like its reference, on a phone and a desktop, light and dark', async ({
  page,
}) => {
  test.setTimeout(240_000);
  await forEachLook(page, looks, async (name) => {
    const picture = await takePicture(page);
    if (isUpdate) return saveReference(name, picture);
    const { largest, where } = await compareWithReference(name, picture);
    if (largest <= tolerance) return;
    const folder = await saveResult(name, picture);
    const advice = `If the change is wanted: npm run screenshots -w @populatte/web. Pictures: ${folder}`;
    expect.soft(largest, `${name} differs, ${where}. ${advice}`).toBeLessThanOrEqual(tolerance);
  });
});

/** Differences between machines: font smoothing and pixel density. */
const renderings = {
  'without colours at their edges': {
    scale: 1,
    args: ['--disable-lcd-text', '--disable-font-subpixel-positioning'],
  },
  'without hinting, on a finer screen': { scale: 1.5, args: ['--font-render-hinting=none'] },
} as const;

for (const [rendering, { scale, args }] of Object.entries(renderings)) {
  test(`a comparison ignores differences in text rendering: ${rendering}`, async () => {
    test.skip(isUpdate);
    test.setTimeout(240_000);
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: [...chromiumArguments, ...args],
    });
    try {
      const page = await browser.newPage({
        baseURL: addresses.web,
        deviceScaleFactor: scale,
        locale: 'en-GB',
        timezoneId: 'UTC',
      });
      const differences: Difference[] = [];
      await forEachLook(page, looks, async (name) => {
        differences.push(await compareWithReference(name, await takePicture(page)));
      });
      const largest = Math.max(...differences.map((difference) => difference.largest));
      process.stdout.write(`  differs by ${largest.toFixed(1)} of ${tolerance}\n`);
      expect(largest).toBeLessThan(tolerance / 2);
    } finally {
      await browser.close();
    }
  });
}

/** Small mistakes that a comparison must find, each as CSS on one page. */
const defects = [
  {
    name: 'a button in another colour',
    page: 'account',
    css: '[type=submit] { background: #1d4ed8 !important }',
  },
  {
    name: 'the brand colour lost',
    page: 'home',
    css: ':root { --primary: #777 !important }',
  },
  {
    name: 'another colour of muted text',
    page: 'home',
    css: ':root { --muted-foreground: red !important }',
  },
  {
    name: 'a paragraph missing',
    page: 'home',
    css: 'h1 + p { visibility: hidden !important }',
  },
  {
    name: 'the font lost',
    page: 'home',
    css: '* { font-family: sans-serif !important }',
  },
  {
    name: 'a card missing',
    page: 'dashboard',
    css: 'main section:last-of-type { visibility: hidden !important }',
  },
  {
    name: 'less space in cards',
    page: 'dashboard',
    css: 'section { padding: 0.75rem !important }',
  },
  {
    name: 'the navigation missing',
    page: 'not-found',
    css: 'nav { visibility: hidden !important }',
  },
  {
    name: 'the form in another shape',
    page: 'sign-in',
    css: '.cl-card { border-radius: 3rem !important; width: 60% !important }',
  },
];

test('a comparison finds small mistakes', async ({ page }) => {
  test.skip(isUpdate);
  test.setTimeout(240_000);
  const found = new Map<string, number>();
  await forEachLook(page, looks, async (name, of) => {
    for (const defect of defects) {
      if (defect.page !== of) continue;
      const { largest } = await compareWithReference(name, await takePicture(page, defect.css));
      expect.soft(largest, `${defect.name}, ${name}`).toBeGreaterThan(tolerance);
      found.set(`${defect.name}, ${name}`, largest);
    }
  });
  const least = Math.min(...found.values());
  process.stdout.write(`  the least differs by ${least.toFixed(1)}, beyond ${tolerance}\n`);
  expect(found.size).toBe(defects.length * looks.length);
});

test('a comparison finds a missing theme', async ({ page }) => {
  test.skip(isUpdate);
  const other = { light: 'dark', dark: 'light' } as const;
  for (const { width, colorScheme } of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: other[colorScheme], reducedMotion: 'reduce' });
    await page.goto('/');
    const name = `home-${width}-${colorScheme}`;
    const { largest } = await compareWithReference(name, await takePicture(page));
    expect(largest, name).toBeGreaterThan(10 * tolerance);
  }
});

test('a comparison finds a missing stylesheet', async ({ page }) => {
  test.skip(isUpdate);
  await page.route(/\.css/, (route) => route.fulfill({ contentType: 'text/css', body: '' }));
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/');
  const { largest } = await compareWithReference('home-1440-light', await takePicture(page));
  expect(largest).toBeGreaterThan(10 * tolerance);
});
