import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../stack/folders';
import { drawPictures } from '../support/drawings';
import { forEachPage } from '../support/pages';
import { expect, test } from '../support/test';
import type { NewUser } from '../stack/commands';

const isWanted = process.env['UPDATE_SCREENSHOTS'] === '1';
const folder = join(repository, 'apps/web/.local/e2e/screenshots');

const ada: NewUser = {
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  password: 'analytical-engine',
};

const looks = {
  light: { colorScheme: 'light', width: 1440, height: 900 },
  dark: { colorScheme: 'dark', width: 1440, height: 900 },
  tablet: { colorScheme: 'light', width: 834, height: 1112 },
  phone: { colorScheme: 'light', width: 390, height: 844 },
  'phone-dark': { colorScheme: 'dark', width: 390, height: 844 },
} as const;

/** The pictures of the README, by look. */
const readmePictures: Readonly<Record<string, string>> = {
  light: 'dashboard.png',
  dark: 'dashboard-dark.png',
};

if (isWanted) {
  test('the home-screen icon and the link preview image', async ({ page }) => {
    await drawPictures(page);
  });

  for (const [look, { colorScheme, width, height }] of Object.entries(looks)) {
    test(`screenshots of every page, ${look}`, async ({ visitor, page }) => {
      test.setTimeout(180_000);
      await mkdir(folder, { recursive: true });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });

      await forEachPage(
        page,
        () => visitor.arrive(ada),
        async ({ name }) => {
          await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
          const readmePicture = readmePictures[look];
          if (name !== 'dashboard' || readmePicture === undefined) return;
          await page.setViewportSize({ width: 1200, height: 860 });
          await page.screenshot({ path: join(repository, 'docs/images', readmePicture) });
          await page.setViewportSize({ width, height });
        },
      );
    });

    test(`screenshots of a failure, ${look}`, async ({ visitor, control, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await visitor.arrive(ada);
      await control.stopApi();
      await page.reload();
      await expect(visitor.failure()).toContainText('Try again', { timeout: 20_000 });
      await visitor.failure().getByRole('button').focus();
      await page.screenshot({ path: join(folder, `failure-${look}.png`), fullPage: true });
    });

    test(`screenshots of the slow notice, ${look}`, async ({ visitor, control, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await visitor.arrive(ada);
      await control.pauseApi();
      await page.reload({ waitUntil: 'commit' });
      await page.getByTestId('slow').filter({ visible: true }).waitFor();
      await page.screenshot({ path: join(folder, `slow-${look}.png`), fullPage: true });
    });
  }
}
