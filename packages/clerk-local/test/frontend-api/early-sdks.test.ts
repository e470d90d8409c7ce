import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import { anHttpServer } from '../support/http-server.js';
import { launchChromium } from './support/chromium.js';

describe('pages for early SDKs, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test('the interstitial sets the browser’s cookies and loads the page again', async () => {
    const clerk = await aClerkLocal();
    const query = `publishable_key=${encodeURIComponent(clerk.publishableKey)}`;
    const markup = await fetch(`${clerk.url}/v1/public/interstitial?${query}`);
    expect(markup.status).toBe(200);
    const html = await markup.text();
    const origin = await anHttpServer((request, response) => {
      const known = request.headers.cookie?.includes('__clerk_db_jwt=') === true;
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(known ? '<!doctype html><p>Known browser</p>' : html);
    });
    const page = await browser.newPage();
    await page.goto(origin);
    await page.getByText('Known browser').waitFor();
    await page.close();
    expect((await fetch(`${clerk.url}/v1/public/interstitial`)).status).toBe(400);
  });

  test('a frame that loads dev_browser/init posts the browser’s token to its parent page', async () => {
    const clerk = await aClerkLocal();
    const origin = await anHttpServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end('<!doctype html><title>Page</title>');
    });
    const page = await browser.newPage();
    await page.goto(origin);
    const token = await page.evaluate(`new Promise((resolve) => {
      addEventListener('message', ({ data, origin }) => {
        if (origin === '${clerk.url}') resolve(data.browserToken);
      });
      const frame = document.createElement('iframe');
      frame.src = '${clerk.url}/v1/dev_browser/init?origin=' + encodeURIComponent(location.origin);
      document.body.append(frame);
    })`);
    const client = await fetch(`${clerk.url}/v1/client?__clerk_db_jwt=${String(token)}`);
    expect(client.status).toBe(200);
    const foreign = `${clerk.url}/v1/dev_browser/init?origin=https://example.com`;
    expect((await fetch(foreign)).status).toBe(400);
    await page.close();
  });
});
