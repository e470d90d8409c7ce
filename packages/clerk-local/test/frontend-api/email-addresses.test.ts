import { describe, expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import {
  aSignedInBrowser,
  testCode,
  type BrowserClient,
  errorOf,
} from './support/browser-client.js';

const list = 'POST /v1/me/email_addresses';

async function aSecondAddress(browser: BrowserClient): Promise<{ id: string; path: string }> {
  // With a trailing slash, as clerk-js sends it.
  const id = await browser.create(`${list}/`, { email_address: 'Countess@Example.com' });
  return { id, path: `/v1/me/email_addresses/${id}` };
}

async function aVerifiedSecondAddress(
  browser: BrowserClient,
): Promise<{ id: string; path: string }> {
  const second = await aSecondAddress(browser);
  await browser.call(`POST ${second.path}/prepare_verification`, { strategy: 'email_code' });
  await browser.call(`POST ${second.path}/attempt_verification`, { code: testCode });
  return second;
}

describe('a second email address', () => {
  test('is added, and verified with a code that is logged without the address', async () => {
    const lines: string[] = [];
    const clerk = await aClerkLocal({ log: (line) => lines.push(line) });
    const { browser } = await aSignedInBrowser(clerk);

    const { path } = await aSecondAddress(browser);
    expect((await browser.call(`GET ${path}`)).body).toMatchObject({
      response: { email_address: 'countess@example.com', verification: null },
    });
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    const { body } = await browser.call(`POST ${path}/attempt_verification`, { code: testCode });

    expect(body).toMatchObject({
      response: { verification: { status: 'verified', strategy: 'email_code' } },
    });
    expect(lines).toContain(`code for the email address: ${testCode}`);
    expect(lines.join('\n')).not.toContain('countess');
    const addresses = await browser.call('GET /v1/me/email_addresses');
    expect(addresses.body).toMatchObject([
      { email_address: 'ada@example.com' },
      { email_address: 'countess@example.com' },
    ]);
  });

  test('can become the primary address only after verification', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const unverified = await aSecondAddress(browser);
    const early = await browser.call('PATCH /v1/me', { primary_email_address_id: unverified.id });
    expect(early.status).toBe(404);
    await browser.call(`DELETE ${unverified.path}`);

    const { id } = await aVerifiedSecondAddress(browser);
    const { body } = await browser.call('PATCH /v1/me', { primary_email_address_id: id });
    expect(body).toMatchObject({ response: { primary_email_address_id: id } });
  });

  test('replaces a removed primary address', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const { id } = await aVerifiedSecondAddress(browser);
    const [user] = await clerk.users.list();
    const first = user?.primary_email_address_id ?? '';

    const { body } = await browser.call(`DELETE /v1/me/email_addresses/${first}`);

    expect(body).toMatchObject({ response: { id: first, deleted: true } });
    expect(await clerk.users.get(user?.id ?? '')).toMatchObject({
      primary_email_address_id: id,
      email_addresses: [{ id }],
    });
  });

  test.each([
    ['ada@example.com', 'form_identifier_exists'],
    ['nowhere', 'form_param_format_invalid'],
  ])('cannot be %s', async (address, code) => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call(list, { email_address: address });
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf(code, 'email_address'));
  });

  test('is not verified by a wrong code, nor before a code was sent', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { path } = await aSecondAddress(browser);
    const early = await browser.call(`POST ${path}/attempt_verification`, { code: testCode });
    expect(early.body).toMatchObject(errorOf('verification_missing'));
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    const wrong = await browser.call(`POST ${path}/attempt_verification`, { code: '000000' });
    expect(wrong.body).toMatchObject(errorOf('form_code_incorrect', 'code'));
  });

  test('cannot be verified with an email link, which is not emulated', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { path } = await aSecondAddress(browser);
    const { body } = await browser.call(`POST ${path}/prepare_verification`, {
      strategy: 'email_link',
    });
    expect(body).toMatchObject(errorOf('not_emulated'));
  });
});

test('refuses to remove the last verified address', async () => {
  const clerk = await aClerkLocal();
  const { browser } = await aSignedInBrowser(clerk);
  await aSecondAddress(browser);
  const [user] = await clerk.users.list();
  const only = user?.primary_email_address_id ?? '';
  const { status, body } = await browser.call(`DELETE /v1/me/email_addresses/${only}`);
  expect(status).toBe(400);
  expect(body).toMatchObject(errorOf('identification_deletion_failed'));
});
