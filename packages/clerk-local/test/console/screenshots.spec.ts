import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { anHttpServer } from '../support/http-server.js';
import type { ClerkLocal } from '../../src/index.js';

/** `npm run screenshots` saves a picture of every page of the console in this folder. */
const folder = path.resolve(import.meta.dirname, '../../.local/screenshots');

const sections = [
  'users',
  'sessions',
  'organizations',
  'messages',
  'webhooks',
  'faults',
  'stagings',
  'requests',
] as const;

/** An instance with content on each page. */
async function anInstance(application: string): Promise<ClerkLocal> {
  const clerk = await aClerkLocal({
    applicationName: 'Acme',
    webhookUrl: application,
    inspect: application,
    seed: {
      users: [
        { emailAddresses: ['ada@example.com'], firstName: 'Ada', lastName: 'Lovelace' },
        { emailAddresses: ['grace@example.com'], firstName: 'Grace', lastName: 'Hopper' },
        { emailAddresses: ['alan@example.com'], firstName: 'Alan', banned: true },
      ],
      organizations: [
        {
          name: 'Acme',
          members: [
            { user: 'ada@example.com', role: 'org:admin' },
            { user: 'grace@example.com', role: 'org:member' },
          ],
        },
      ],
    },
  });
  const [user] = await clerk.users.list({ email_address: ['ada@example.com'] });
  const user_id = user?.id ?? '';
  await clerk.createSession(user_id);
  const post = (to: string, json: object): Promise<Response> =>
    callBackendApi(clerk, { method: 'POST', path: to, json });
  await post('/v1/invitations', { email_address: 'eve@example.com' });
  await post('/_local/faults', { target: 'GET /v1/users/count', status: 503, times: 3 });
  await callBackendApi(clerk, { method: 'GET', path: '/v1/users/count' });
  await post('/_local/stagings', { name: 'stale_token', user_id });
  await clerk.webhooks.drain();
  return clerk;
}

test('screenshots of the console at three widths, light and dark', async () => {
  mkdirSync(folder, { recursive: true });
  const row = { id: '0199', email: 'ada@example.com', name: 'Ada Lovelace', version: 1 };
  const origin = await anHttpServer((_request, response) => {
    response.end(JSON.stringify(row));
  });
  const clerk = await anInstance(`${origin}/`);
  const browser = await launchChromium();
  let drawn = 0;
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [390, 834, 1440]) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      for (const section of sections) {
        await page.goto(`${clerk.url}/#${section}`);
        await page.locator('.scroll, .card').first().waitFor();
        const overflow: unknown = await page.evaluate(
          'document.documentElement.scrollWidth - innerWidth',
        );
        expect.soft(overflow, `${section} at ${width} px`).toBe(0);
        await page.screenshot({
          path: path.join(folder, `${section}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
        drawn += 1;
      }
      await context.close();
    }
  }
  expect(drawn).toBe(48);
  await browser.close();
});
