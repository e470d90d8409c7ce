import { decodeJwt } from 'jose';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { errorOf } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { anHttpServer } from '../support/http-server.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import type { ClerkLocal } from '../../src/index.js';

const startedSchema = z.looseObject({ token: z.string().nullable(), steps: z.array(z.string()) });

async function stage(clerk: ClerkLocal, json: object): Promise<z.output<typeof startedSchema>> {
  const path = '/_local/stagings';
  const response = await callBackendApi(clerk, { method: 'POST', path, json });
  expect(response.status).toBe(201);
  return startedSchema.parse(await response.json());
}

const nameSchema = z.object({ first_name: z.string().nullable() });

async function arranged(): Promise<{
  clerk: ClerkLocal;
  userId: string;
  names: () => (string | null)[];
}> {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  const { id: userId } = await clerk.users.create({ email_address: ['ada@example.com'] });
  await clerk.webhooks.drain();
  const names = (): (string | null)[] =>
    receiver.received
      .filter(({ event }) => event.type === 'user.updated')
      .map(({ event }) => nameSchema.parse(event.data).first_name);
  return { clerk, userId, names };
}

test('late_webhook changes the name at once and sends the webhook later', async () => {
  const { clerk, userId, names } = await arranged();
  await stage(clerk, { name: 'late_webhook', user_id: userId });
  const { first_name } = await clerk.users.get(userId);
  expect(first_name).toMatch(/^Late/);
  expect(names()).toEqual([]);
  await clerk.webhooks.drain();
  expect(names()).toEqual([first_name]);
});

test('out_of_order sends the newer webhook first', async () => {
  const { clerk, userId, names } = await arranged();
  await stage(clerk, { name: 'out_of_order', user_id: userId });
  await clerk.webhooks.drain();
  const { first_name } = await clerk.users.get(userId);
  expect(first_name).toMatch(/^Newer/);
  expect(names()).toEqual([first_name, expect.stringMatching(/^Older/)]);
});

test('deleted_user and stale_token return a token from before the change', async () => {
  const { clerk, userId } = await arranged();
  const origin = 'http://localhost:3000';
  const stale = await stage(clerk, { name: 'stale_token', user_id: userId, origin });
  expect(decodeJwt(stale.token ?? '')).toMatchObject({ sub: userId, azp: origin, name: null });
  expect((await clerk.users.get(userId)).first_name).toMatch(/^Fresh/);
  const deleted = await stage(clerk, { name: 'deleted_user', user_id: userId });
  expect(decodeJwt(deleted.token ?? '').sub).toBe(userId);
  expect(await clerk.users.count()).toBe(0);
});

test('keys_down and rate_limit fail calls until the staging ends', async () => {
  const { clerk, userId } = await arranged();
  const status = async (path: string): Promise<number> =>
    (await callBackendApi(clerk, { method: 'GET', path })).status;
  await stage(clerk, { name: 'keys_down' });
  expect(await status('/v1/jwks')).toBe(503);
  expect((await fetch(`${clerk.url}/.well-known/jwks.json`)).status).toBe(503);
  await stage(clerk, { name: 'rate_limit' });
  expect(await status('/v1/jwks')).toBe(200);
  const limited = await callBackendApi(clerk, { method: 'GET', path: `/v1/users/${userId}` });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
  await callBackendApi(clerk, { method: 'DELETE', path: '/_local/stagings' });
  expect(await status(`/v1/users/${userId}`)).toBe(200);
});

test.each([
  [{ name: 'unknown' }, 422, errorOf('form_param_value_invalid', 'name')],
  [{ name: 'late_webhook' }, 422, errorOf('form_param_missing', 'user_id')],
  [{ name: 'late_webhook', user_id: 'user_none' }, 404, errorOf('resource_not_found')],
])('refuses %j', async (json, status, error) => {
  const clerk = await aClerkLocal();
  const path = '/_local/stagings';
  const response = await callBackendApi(clerk, { method: 'POST', path, json });
  expect([response.status, await response.json()]).toMatchObject([status, error]);
});

describe('the console', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test('shows what each staging does, and the application’s row before and after', async () => {
    let name: string | null = null;
    const origin = await anHttpServer((request, response) => {
      if (request.method === 'GET') {
        response.end(JSON.stringify({ name }));
        return;
      }
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const event = z.object({ data: z.looseObject({}) }).parse(JSON.parse(body));
        name = nameSchema.safeParse(event.data).data?.first_name ?? null;
        response.end();
      });
    });
    const url = `${origin}/`;
    const clerk = await aClerkLocal({ webhookUrl: url, inspect: url });
    const { id } = await clerk.users.create({
      email_address: ['ada@example.com'],
      first_name: 'Ada',
    });
    await clerk.webhooks.drain();

    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${clerk.url}/#stagings`);
    const staged = page.getByRole('region', { name: 'Staging' });
    await page.getByRole('button', { name: 'Stage: Webhooks out of order' }).click();
    await staged.getByText(/^Sent: user\.updated with Newer/).waitFor();
    await staged.getByRole('cell', { name: /^Older/ }).waitFor();
    // This application has the bug: the older webhook came last.
    await staged
      .getByRole('definition')
      .filter({ hasText: /^Older/ })
      .waitFor();
    expect(await staged.locator('.row-before dd').textContent()).toBe('Ada');

    await page.getByRole('button', { name: 'Stage: Backend API at its rate limit' }).click();
    await staged.getByText('get 429').waitFor();
    await callBackendApi(clerk, { method: 'GET', path: `/v1/users/${id}` });
    await staged.getByRole('cell', { name: '429' }).waitFor();
    await page.getByRole('button', { name: 'End staging' }).click();
    await staged.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Stage: Deleted user' }).click();
    await staged.getByText('The user was deleted at Clerk.').waitFor();
    await staged.getByText('Session token for a request').click();
    await staged.getByText(/^eyJ/).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});
