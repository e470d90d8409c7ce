import { describe, expect, it } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import { aSignedInBrowser, CODE, type BrowserClient, errorOf } from './support/browser-client.js';

const list = 'POST /v1/me/email_addresses';

async function aSecondAddress(browser: BrowserClient): Promise<{ id: string; path: string }> {
  // With a slash at the end, as clerk-js sends it.
  const id = await browser.make(`${list}/`, { email_address: 'Countess@Example.com' });
  return { id, path: `/v1/me/email_addresses/${id}` };
}

async function aProvedSecondAddress(browser: BrowserClient): Promise<{ id: string; path: string }> {
  const second = await aSecondAddress(browser);
  await browser.call(`POST ${second.path}/prepare_verification`, { strategy: 'email_code' });
  await browser.call(`POST ${second.path}/attempt_verification`, { code: CODE });
  return second;
}

describe('a second email address', () => {
  it('is added, and proved by a code that is logged without it', async () => {
    const lines: string[] = [];
    const clerk = await aClerkLocal({ log: (line) => lines.push(line) });
    const { browser } = await aSignedInBrowser(clerk);

    const { path } = await aSecondAddress(browser);
    expect((await browser.call(`GET ${path}`)).body).toMatchObject({
      response: { email_address: 'countess@example.com', verification: null },
    });
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    const { body } = await browser.call(`POST ${path}/attempt_verification`, { code: CODE });

    expect(body).toMatchObject({
      response: { verification: { status: 'verified', strategy: 'email_code' } },
    });
    expect(lines).toContain(`code for the email address: ${CODE}`);
    expect(lines.join('\n')).not.toContain('countess');
    const addresses = await browser.call('GET /v1/me/email_addresses');
    expect(addresses.body).toMatchObject([
      { email_address: 'ada@example.com' },
      { email_address: 'countess@example.com' },
    ]);
  });

  it('can become the primary one once it is proved', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const unproved = await aSecondAddress(browser);
    const early = await browser.call('PATCH /v1/me', { primary_email_address_id: unproved.id });
    expect(early.status).toBe(404);
    await browser.call(`DELETE ${unproved.path}`);

    const { id } = await aProvedSecondAddress(browser);
    const { body } = await browser.call('PATCH /v1/me', { primary_email_address_id: id });
    expect(body).toMatchObject({ response: { primary_email_address_id: id } });
  });

  it('takes the place of a primary one that is removed', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const { id } = await aProvedSecondAddress(browser);
    const [user] = await clerk.users.list();
    const first = user?.primary_email_address_id ?? '';

    const { body } = await browser.call(`DELETE /v1/me/email_addresses/${first}`);

    expect(body).toMatchObject({ response: { id: first, deleted: true } });
    expect(await clerk.users.get(user?.id ?? '')).toMatchObject({
      primary_email_address_id: id,
      email_addresses: [{ id }],
    });
  });

  it.each([
    ['ada@example.com', 'form_identifier_exists'],
    ['nowhere', 'form_param_format_invalid'],
  ])('cannot be %s', async (address, code) => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call(list, { email_address: address });
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf(code, 'email_address'));
  });

  it('is not proved by a wrong code, nor by one that was not sent', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { path } = await aSecondAddress(browser);
    const early = await browser.call(`POST ${path}/attempt_verification`, { code: CODE });
    expect(early.body).toMatchObject(errorOf('verification_missing', 'code'));
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    const wrong = await browser.call(`POST ${path}/attempt_verification`, { code: '000000' });
    expect(wrong.body).toMatchObject(errorOf('form_code_incorrect', 'code'));
  });

  it('is not proved by a link: that names itself as not emulated', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { path } = await aSecondAddress(browser);
    const { body } = await browser.call(`POST ${path}/prepare_verification`, {
      strategy: 'email_link',
    });
    expect(body).toMatchObject(errorOf('not_emulated'));
  });
});

it('the last proved address stays', async () => {
  const clerk = await aClerkLocal();
  const { browser } = await aSignedInBrowser(clerk);
  await aSecondAddress(browser);
  const [user] = await clerk.users.list();
  const only = user?.primary_email_address_id ?? '';
  const { status, body } = await browser.call(`DELETE /v1/me/email_addresses/${only}`);
  expect(status).toBe(400);
  expect(body).toMatchObject(errorOf('last_identification_deletion_failed'));
});
