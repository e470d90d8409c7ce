import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { webApp } from '../stack/folders';

/** Draws the bitmap images: the home-screen icon and the link preview image. */
export async function drawPictures(page: Page): Promise<void> {
  const mark = (await readFile(join(webApp, 'app/icon.svg'), 'utf8')).replace(
    /<style>.*<\/style>/,
    '',
  );
  const font = await readFile(
    join(
      webApp,
      '../../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
    ),
    'base64',
  );
  const style = `<style>
    @font-face { font-family: Inter; font-weight: 100 900; src: url(data:font/woff2;base64,${font}) }
    * { margin: 0; box-sizing: border-box }
    body { font-family: Inter; color: #271f1a; background: #fcfaf7; height: 100vh }
    svg { color: #84451d }
  </style>`;

  await page.setViewportSize({ width: 180, height: 180 });
  await page.setContent(
    `${style}<body style="display: grid; place-items: center"><div style="width: 140px">${mark}</div></body>`,
  );
  await page.screenshot({ path: join(webApp, 'app/apple-icon.png') });

  await page.setViewportSize({ width: 1200, height: 630 });
  await page.setContent(`${style}
    <body style="display: flex; flex-direction: column; justify-content: center; padding: 0 96px">
      <div style="display: flex; align-items: center; gap: 24px; font-size: 44px; font-weight: 600; letter-spacing: -0.02em">
        <div style="width: 88px">${mark}</div>Populatte
      </div>
      <p style="margin-top: 48px; font-size: 68px; line-height: 1.1; font-weight: 650; letter-spacing: -0.035em">
        Every signed-in user,<br>already in your database.
      </p>
      <p style="margin-top: 36px; font-size: 30px; color: #6d5f55">
        Clerk sign-in, NestJS, PostgreSQL and Next.js.
      </p>
    </body>`);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(webApp, 'app/opengraph-image.png') });
}
