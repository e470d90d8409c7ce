import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { anHttpServer } from '../support/http-server.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

test('calls of other pages cannot use the console’s access to the Backend API', async () => {
  const clerk = await aClerkLocal();
  for (const headers of [{}, { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }]) {
    const response = await fetch(`${clerk.url}/_local/api/v1/users`, { headers });
    expect(response.status).toBe(401);
  }
});

test('faults do not apply to the console, and its calls are not logged', async () => {
  const clerk = await aClerkLocal();
  const json = { target: 'GET /v1/users', status: 500 };
  await callBackendApi(clerk, { method: 'POST', path: '/_local/faults', json });
  const headers = { 'sec-fetch-site': 'same-origin' };
  const response = await fetch(`${clerk.url}/_local/api/v1/users`, { headers });
  expect(response.status).toBe(200);
  const log = await callBackendApi(clerk, { method: 'GET', path: '/_local/requests' });
  expect(await log.json()).toEqual({ requests: [] });
});

describe('the console', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  async function open(url: string): Promise<{ page: Page; errors: string[] }> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(url);
    return { page, errors };
  }

  test('shows the date of times before today', async () => {
    const clerk = await aClerkLocal();
    await clerk.users.ensure({ email: 'grace@example.com' });
    const json = {
      email_address: ['ada@example.com'],
      skip_password_requirement: true,
      created_at: '2024-02-29T12:00:00Z',
    };
    await callBackendApi(clerk, { method: 'POST', path: '/v1/users', json });
    const { page } = await open(clerk.url);
    const row = (email: string): Locator => page.getByRole('row').filter({ hasText: email });
    await expect.poll(() => row('ada@example.com').innerText()).toContain('2024');
    expect(await row('grace@example.com').innerText()).not.toContain(
      String(new Date().getFullYear()),
    );
  });

  test('creates, bans and deletes users, and shows webhooks and requests', async () => {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ webhookUrl: receiver.url, applicationName: '<i>Acme' });
    const { page, errors } = await open(clerk.url);
    page.on('dialog', (dialog) => void dialog.accept());

    await page.getByLabel('Email address').fill('ada@example.com');
    await page.getByLabel('First name').fill('<b>Ada</b>');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('cell', { name: 'ada@example.com' }).waitFor();
    await page.getByText('<b>Ada</b>').waitFor();

    await page.getByRole('button', { name: 'Ban', exact: true }).click();
    await page.getByRole('cell', { name: 'banned' }).waitFor();
    expect((await clerk.users.list())[0]?.banned).toBe(true);

    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('cell', { name: 'user.created' }).waitFor();
    await page.getByRole('button', { name: 'Replay' }).first().click();
    await expect.poll(() => receiver.received.length).toBe(3);

    await page.getByRole('link', { name: 'Faults' }).click();
    await page.getByLabel('Target').fill('GET /v1/users/{user_id}');
    await page.getByLabel('Status').fill('503');
    await page.getByRole('button', { name: 'Set fault' }).click();
    await page.getByRole('cell', { name: 'GET /v1/users/{user_id}' }).waitFor();
    const path = '/v1/users/user_1';
    expect((await callBackendApi(clerk, { method: 'GET', path })).status).toBe(503);

    await page.getByRole('link', { name: 'Requests' }).click();
    await page.getByRole('cell', { name: path }).waitFor();

    page.removeAllListeners('dialog');
    page.on('dialog', (dialog) => void dialog.accept('eve@example.com'));
    await page.getByRole('link', { name: 'Organizations' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Acme');
    await page.getByLabel('User id').fill((await clerk.users.list())[0]?.id ?? '');
    await page.getByRole('button', { name: 'Create organization' }).click();
    await page.getByText('org:admin').waitFor();
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('cell', { name: '1', exact: true }).waitFor();

    await page.getByRole('link', { name: 'Messages' }).click();
    await page.getByRole('cell', { name: 'eve@example.com' }).waitFor();
    await page.getByText('Email', { exact: true }).click();
    await page.getByText('You are invited to join Acme').waitFor();

    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No users yet').waitFor();
    expect(await clerk.users.count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('shows the application’s row beside each user, and does not wait for it', async () => {
    const rows: Record<string, object | undefined> = {};
    let hangs = true;
    const origin = await anHttpServer((request, response) => {
      const id = new URL(request.url ?? '', 'http://localhost').searchParams.get('user_id') ?? '';
      if (hangs) return;
      response.end(JSON.stringify(rows[id] ?? null));
    });
    const clerk = await aClerkLocal({ inspect: `${origin}/row` });
    const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
    await clerk.users.create({ email_address: ['eve@example.com'] });
    rows[id] = { plan: '<b>free</b>', seats: 3 };

    const { page, errors } = await open(clerk.url);
    await page.getByRole('cell', { name: 'ada@example.com' }).waitFor();
    await page.getByText('did not respond within 2 s').first().waitFor();
    hangs = false;
    await page.getByText('<b>free</b>').waitFor();
    await page.getByText('No row').waitFor();
    expect(await page.getByRole('definition').allTextContents()).toEqual(['<b>free</b>', '3']);
    expect(errors).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'axe finds no violation in %s mode',
    async (colorScheme) => {
      const clerk = await aClerkLocal({
        seed: {
          users: [{ emailAddresses: ['ada@example.com'], firstName: 'Ada' }],
          organizations: [
            { name: 'Acme', members: [{ user: 'ada@example.com', role: 'org:admin' }] },
          ],
        },
      });
      const context = await browser.newContext({ colorScheme });
      const page = await context.newPage();
      for (const section of [
        'users',
        'sessions',
        'organizations',
        'messages',
        'webhooks',
        'faults',
        'stagings',
        'requests',
      ]) {
        await page.goto(`${clerk.url}/#${section}`);
        await page.locator('.scroll, .card').first().waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect.soft(violations.map(({ id, nodes }) => [section, id, nodes[0]?.html])).toEqual([]);
      }
      await context.close();
    },
  );
});
