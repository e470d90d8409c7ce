import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { BrowserClient, errorOf } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

const bodySchema = z.record(z.string(), z.unknown());

async function call(
  clerk: ClerkLocal,
  method: string,
  path: string,
  json?: object,
): Promise<{ readonly status: number; readonly body: z.output<typeof bodySchema> }> {
  const response = await callBackendApi(clerk, { method, path: `/v1${path}`, json });
  return { status: response.status, body: bodySchema.parse(await response.json()) };
}

/** Creates an organization with a member. */
async function aMember(clerk: ClerkLocal): Promise<{ user_id: string; organization_id: string }> {
  const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
  const { body } = await call(clerk, 'POST', '/organizations', { name: 'Acme', created_by: id });
  return { user_id: id, organization_id: String(body['id']) };
}

describe('an identifier can be created as reserved', () => {
  test('its user signs in with it before it is verified, and it is taken', async () => {
    const clerk = await aClerkLocal({ enable: ['phone_number'] });
    const user = await clerk.users.create({
      email_address: ['ada@example.com', 'countess@example.com'],
      email_address_identification_status: ['reserved', 'verified'],
      phone_number: ['+15555550100'],
      phone_number_identification_status: ['reserved'],
    });
    expect(user).toMatchObject({
      email_addresses: [
        { reserved: true, verification: null },
        { reserved: false, verification: { status: 'verified' } },
      ],
      phone_numbers: [{ reserved: true, verification: null }],
    });
    for (const identifier of ['ada@example.com', '+15555550100']) {
      const browser = await BrowserClient.register(clerk);
      expect((await browser.call('POST /v1/client/sign_ins', { identifier })).status).toBe(200);
    }
    const again = { email_address: ['ada@example.com'] };
    expect(await call(clerk, 'POST', '/users', again)).toMatchObject({
      status: 422,
      body: errorOf('form_identifier_exists'),
    });
    await call(clerk, 'PATCH', `/email_addresses/${user.email_addresses[0]?.id ?? ''}`, {
      verified: true,
    });
    const { email_addresses } = await clerk.users.get(user.id);
    expect(email_addresses[0]).toMatchObject({ reserved: false });
  });

  test('or replaced by a reserved one', async () => {
    const clerk = await aClerkLocal();
    const { user_id } = await aMember(clerk);
    const email = { email_address: 'new@example.com', identification_status: 'reserved' };
    const replaced = await call(clerk, 'PUT', `/users/${user_id}/email_address`, email);
    expect(replaced.body).toMatchObject({ reserved: true, verification: null });
    const phone = { phone_number: '+15555550100', identification_status: 'reserved' };
    const number = await call(clerk, 'PUT', `/users/${user_id}/phone_number`, phone);
    expect(number.body).toMatchObject({ reserved: true, verification: null });
  });

  test('with one status for each identifier', async () => {
    const clerk = await aClerkLocal();
    const fields = {
      email_address: ['ada@example.com'],
      email_address_identification_status: ['reserved', 'verified'],
    };
    expect(await call(clerk, 'POST', '/users', fields)).toMatchObject({
      status: 422,
      body: { errors: [{ meta: { param_name: 'email_address_identification_status' } }] },
    });
  });
});

test('verified phone numbers can be reserved for the second factor; the first is the default', async () => {
  const clerk = await aClerkLocal();
  const { user_id } = await aMember(clerk);
  const add = (phone_number: string, verified: boolean): ReturnType<typeof call> =>
    call(clerk, 'POST', '/phone_numbers', {
      user_id,
      phone_number,
      verified,
      reserved_for_second_factor: true,
    });
  expect(await add('+15555550100', false)).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'identification_update_second_factor_unverified' }] },
  });
  const first = await add('+15555550100', true);
  expect(first.body).toMatchObject({
    reserved_for_second_factor: true,
    default_second_factor: true,
  });
  const second = await add('+15555550101', true);
  expect(second.body).toMatchObject({
    reserved_for_second_factor: true,
    default_second_factor: false,
  });
  const path = `/phone_numbers/${String(first.body['id'])}`;
  const released = await call(clerk, 'PATCH', path, { reserved_for_second_factor: false });
  expect(released.body).toMatchObject({
    reserved_for_second_factor: false,
    default_second_factor: false,
  });
});

describe('a new session has an active organization', () => {
  test('from POST /v1/sessions, and is then not pending', async () => {
    const clerk = await aClerkLocal({ enable: ['organization_required'] });
    const { user_id, organization_id: active_organization_id } = await aMember(clerk);
    const { id: other } = await clerk.users.create({ email_address: ['eve@example.com'] });
    const pending = await call(clerk, 'POST', '/sessions', { user_id: other });
    expect(pending.body).toMatchObject({ status: 'pending', last_active_organization_id: null });
    const active = await call(clerk, 'POST', '/sessions', { user_id, active_organization_id });
    expect(active.body).toMatchObject({
      status: 'active',
      last_active_organization_id: active_organization_id,
    });
  });

  test('from a sign-in token', async () => {
    const clerk = await aClerkLocal();
    const { user_id, organization_id: org_id } = await aMember(clerk);
    const { body } = await call(clerk, 'POST', '/sign_in_tokens', { user_id, org_id });
    const browser = await BrowserClient.register(clerk);
    const fields = { strategy: 'ticket', ticket: String(body['token']) };
    expect((await browser.call('POST /v1/client/sign_ins', fields)).status).toBe(200);
    const [session] = z
      .tuple([z.looseObject({})])
      .parse(
        await (
          await callBackendApi(clerk, { method: 'GET', path: `/v1/sessions?user_id=${user_id}` })
        ).json(),
      );
    expect(session).toMatchObject({ last_active_organization_id: org_id });
  });

  test.each([
    ['/sessions', 'active_organization_id'],
    ['/sign_in_tokens', 'org_id'],
  ])('%s: of which the user must be a member', async (path, name) => {
    const clerk = await aClerkLocal();
    const { organization_id } = await aMember(clerk);
    const { id: user_id } = await clerk.users.create({ email_address: ['eve@example.com'] });
    const fields = { user_id, [name]: organization_id };
    expect(await call(clerk, 'POST', path, fields)).toMatchObject({
      status: 404,
      body: errorOf('resource_not_found'),
    });
  });
});

test('an organization can have been created at another time', async () => {
  const clerk = await aClerkLocal();
  const fields = { name: 'Acme', created_at: '2020-01-02T03:04:05Z' };
  const { body } = await call(clerk, 'POST', '/organizations', fields);
  expect(body).toMatchObject({ created_at: Date.parse(fields.created_at) });
  const path = `/organizations/${String(body['id'])}`;
  const created_at = '2021-01-02T03:04:05Z';
  const changed = await call(clerk, 'PATCH', path, { created_at, name: null });
  expect(changed.body).toMatchObject({ created_at: Date.parse(created_at), name: 'Acme' });
});
