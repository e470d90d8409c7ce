import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { totpCode } from '../../src/domain/users/totp.js';
import { create } from '../backend-api/conformance/setup.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { ada, BrowserClient, errorOf, testCode } from './support/browser-client.js';

const secret = 'JBSWY3DPEHPK3PXP';
const password = { strategy: 'password', password: ada.password };

async function started(
  clerk: ClerkLocal,
  identifier: string,
): Promise<{ browser: BrowserClient; path: string }> {
  const browser = await BrowserClient.register(clerk);
  const id = await browser.create('POST /v1/client/sign_ins', { identifier });
  return { browser, path: `/v1/client/sign_ins/${id}` };
}

test('a user signs in with a username or a verified phone number', async () => {
  const clerk = await aClerkLocal();
  const phone_number = ['+15555550100'];
  const { id } = await create(clerk, '/v1/users', { ...ada, username: 'countess', phone_number });
  const strategy = 'phone_code';

  const byName = await started(clerk, 'Countess');
  const named = await byName.browser.call(`POST ${byName.path}/attempt_first_factor`, password);
  expect(named.body).toMatchObject({ response: { status: 'complete' } });
  const byPhone = await started(clerk, '+15555550100');
  const early = await byPhone.browser.call(`POST ${byPhone.path}/attempt_first_factor`, {
    strategy,
    code: testCode,
  });
  expect(early.body).toMatchObject(errorOf('verification_missing'));
  await byPhone.browser.call(`POST ${byPhone.path}/prepare_first_factor`, { strategy });
  const phoned = await byPhone.browser.call(`POST ${byPhone.path}/attempt_first_factor`, {
    strategy,
    code: testCode,
  });
  expect(phoned.body).toMatchObject({
    response: { status: 'complete' },
    client: { sessions: [{ user: { id } }] },
  });
});

test('a password is reset with a code, and the old one no longer works', async () => {
  const clerk = await aClerkLocal();
  await clerk.users.create(ada);
  const { browser, path } = await started(clerk, 'ada@example.com');
  const strategy = 'reset_password_email_code';
  const early = await browser.call(`POST ${path}/reset_password`, { password: 'another horse' });
  expect(early.body).toMatchObject(errorOf('client_state_invalid'));
  await browser.call(`POST ${path}/prepare_first_factor`, { strategy });
  const verified = await browser.call(`POST ${path}/attempt_first_factor`, {
    strategy,
    code: testCode,
  });
  expect(verified.body).toMatchObject({ response: { status: 'needs_new_password' } });
  const weak = await browser.call(`POST ${path}/reset_password`, { password: 'short' });
  expect(weak.body).toMatchObject(errorOf('form_password_length_too_short', 'password'));
  const reset = await browser.call(`POST ${path}/reset_password`, { password: 'another horse' });
  expect(reset.body).toMatchObject({ response: { status: 'complete' } });

  const other = await started(clerk, 'ada@example.com');
  const old = await other.browser.call(`POST ${other.path}/attempt_first_factor`, password);
  expect(old.body).toMatchObject(errorOf('form_password_incorrect', 'password'));
});

test('with an authenticator app, a password alone does not sign in', async () => {
  const clerk = await aClerkLocal();
  await create(clerk, '/v1/users', { ...ada, totp_secret: secret, backup_codes: ['spare'] });
  const attempt = async (strategy: string, code: string): Promise<unknown> => {
    const { browser, path } = await started(clerk, 'ada@example.com');
    const first = await browser.call(`POST ${path}/attempt_first_factor`, password);
    expect(first.body).toMatchObject({ response: { status: 'needs_second_factor' } });
    return (await browser.call(`POST ${path}/attempt_second_factor`, { strategy, code })).body;
  };
  expect(await attempt('totp', '000000')).toMatchObject(errorOf('form_code_incorrect', 'code'));
  const complete = { response: { status: 'complete' } };
  expect(await attempt('totp', totpCode(secret, Date.now()))).toMatchObject(complete);
  expect(await attempt('backup_code', 'spare')).toMatchObject(complete);
  expect(await attempt('backup_code', 'spare')).toMatchObject(errorOf('form_code_incorrect'));
});

test('a second factor without a first one is refused', async () => {
  const clerk = await aClerkLocal();
  await create(clerk, '/v1/users', { ...ada, totp_secret: secret });
  const { browser, path } = await started(clerk, 'ada@example.com');
  const form = { strategy: 'totp', code: totpCode(secret, Date.now()) };
  const { body } = await browser.call(`POST ${path}/attempt_second_factor`, form);
  expect(body).toMatchObject(errorOf('client_state_invalid'));
});

test('a compromised password does not sign in until it is replaced', async () => {
  const clerk = await aClerkLocal();
  const { id } = await clerk.users.create(ada);
  await create(clerk, `/v1/users/${id}/password/set_compromised`, {});
  const { browser, path } = await started(clerk, 'ada@example.com');
  const refused = await browser.call(`POST ${path}/attempt_first_factor`, password);
  expect(refused.body).toMatchObject(errorOf('form_password_compromised', 'password'));
  await create(clerk, `/v1/users/${id}/password/unset_compromised`, {});
  const accepted = await browser.call(`POST ${path}/attempt_first_factor`, password);
  expect(
    z.looseObject({ response: z.looseObject({}) }).parse(accepted.body).response,
  ).toMatchObject({ status: 'complete' });
});

test('a member without the permission cannot manage an organization', async () => {
  const clerk = await aClerkLocal();
  const { id: user_id } = await clerk.users.create(ada);
  const { id } = await create(clerk, '/v1/organizations', { name: 'Acme' });
  const browser = await BrowserClient.register(clerk);
  await browser.signIn();
  const path = `/v1/organizations/${id}`;
  expect((await browser.call(`GET ${path}`)).status).toBe(404);
  await create(clerk, `${path}/memberships`, { user_id, role: 'org:member' });
  expect((await browser.call(`GET ${path}/memberships`)).status).toBe(200);
  const refused = await browser.call(`PATCH ${path}`, { name: 'Mine' });
  expect(refused).toMatchObject({ status: 403, body: errorOf('missing_organization_permission') });
});
