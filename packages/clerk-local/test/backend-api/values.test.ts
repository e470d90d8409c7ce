import { expect, test } from 'vitest';
import { z } from 'zod';
import { BrowserClient } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

const bodySchema = z.object({
  errors: z.tuple([
    z.object({
      code: z.string(),
      long_message: z.string(),
      meta: z.record(z.string(), z.string()),
    }),
  ]),
});

async function errorOf(response: Response): Promise<string[]> {
  expect(response.status).toBe(422);
  const [{ code, meta }] = bodySchema.parse(await response.json()).errors;
  return [meta['param_name'] ?? '', code];
}

const email_address = ['ada@example.com'];
const phone = '+15555550100';
const wallet = '0x71c7656ec7ab88b098defb751b7401b5f6d8976f';
const format = 'form_param_format_invalid';

test.each([
  ['/users', 'email_address', ['ada@example.com', 'ADA@example.com'], 'form_identifier_exists'],
  ['/users', 'phone_number', [phone, '+1 555 555 0100'], 'form_identifier_exists'],
  [
    '/users',
    'web3_wallet',
    [wallet, wallet.toUpperCase().replace('X', 'x')],
    'form_identifier_exists',
  ],
  ['/users', 'username', 'has space', 'form_username_invalid_character'],
  ['/users', 'username', 'ada@example.com', 'form_username_invalid_character'],
  ['/users', 'username', '12345', 'form_username_needs_non_number_char'],
  ['/organizations', 'name', 'Visit https://example.com', 'form_param_value_invalid'],
  ['/organizations', 'name', 'Visit www.example.com', 'form_param_value_invalid'],
  ['/organizations', 'name', '<b>Acme</b>', 'form_param_value_invalid'],
  ['/redirect_urls', 'url', 'nonsense', format],
  ['/redirect_urls', 'url', '/callback', format],
  ['/allowlist_identifiers', 'identifier', 'nonsense', format],
  ['/blocklist_identifiers', 'identifier', '*@', format],
])('POST %s refuses the %s %j', async (path, name, value, code) => {
  const clerk = await aClerkLocal();
  const json = { ...(path === '/users' ? { email_address } : {}), [name]: value };
  const response = await callBackendApi(clerk, { method: 'POST', path: `/v1${path}`, json });
  expect(await errorOf(response)).toEqual([name, code]);
});

test.each([
  ['/users', 'username', 'Ada_L-1'],
  ['/organizations', 'name', 'R&D <3 Ada.Co'],
  ['/redirect_urls', 'url', 'my-app://oauth-callback'],
  ['/allowlist_identifiers', 'identifier', '*@example.com'],
  ['/allowlist_identifiers', 'identifier', phone],
  ['/blocklist_identifiers', 'identifier', wallet],
])('POST %s accepts the %s %j', async (path, name, value) => {
  const clerk = await aClerkLocal();
  const json = { ...(path === '/users' ? { email_address } : {}), [name]: value };
  const response = await callBackendApi(clerk, { method: 'POST', path: `/v1${path}`, json });
  expect(response.status).toBe(200);
});

test('an entry of the allow-list exists once', async () => {
  const clerk = await aClerkLocal();
  const add = (identifier: string): Promise<Response> =>
    callBackendApi(clerk, {
      method: 'POST',
      path: '/v1/allowlist_identifiers',
      json: { identifier },
    });
  expect((await add('ada@example.com')).status).toBe(200);
  const again = await add('Ada@example.com');
  const [{ code }] = bodySchema.parse(await again.json()).errors;
  expect([again.status, code]).toEqual([400, 'duplicate_record']);
});

test('a browser cannot choose such a username either', async () => {
  const clerk = await aClerkLocal({ enable: ['username'] });
  const browser = await BrowserClient.register(clerk);
  const { body } = await browser.call('POST /v1/client/sign_ups', { username: 'ada@example.com' });
  expect(body).toMatchObject({ errors: [{ code: 'form_username_invalid_character' }] });
});

test.each([
  ['limit=501', 'limit must be at most 500.'],
  ['limit=0', 'limit must be at least 1.'],
  ['offset=-1', 'offset must be at least 0.'],
])('GET /v1/users?%s names the bound', async (query, message) => {
  const clerk = await aClerkLocal();
  const response = await callBackendApi(clerk, { method: 'GET', path: `/v1/users?${query}` });
  expect(response.status).toBe(422);
  const [error] = bodySchema.parse(await response.json()).errors;
  expect(error).toMatchObject({ code: format, long_message: message });
});
