import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

async function call(clerk: ClerkLocal, request: string, json?: object): Promise<unknown> {
  const [method = '', path = ''] = request.split(' ');
  const response = await callBackendApi(clerk, { method, path: `/v1${path}`, json });
  expect([request, response.status]).toEqual([request, 200]);
  return response.json();
}

const phone_number = '+15555550100';
const idSchema = z.looseObject({ id: z.string() });

/** Creates a user with a phone number that is reserved for the second factor. */
async function aUserWithSecondFactor(clerk: ClerkLocal): Promise<string> {
  const { id: user_id } = await clerk.users.create({ email_address: ['ada@example.com'] });
  const reserved_for_second_factor = true;
  const phone = { user_id, phone_number, verified: true, reserved_for_second_factor };
  await call(clerk, 'POST /phone_numbers', phone);
  return user_id;
}

const noSecondFactor = { reserved_for_second_factor: false, default_second_factor: false };

test('DELETE mfa also releases phone numbers', async () => {
  const clerk = await aClerkLocal();
  const id = await aUserWithSecondFactor(clerk);
  await call(clerk, `DELETE /users/${id}/mfa`);
  expect((await clerk.users.get(id)).phone_numbers).toMatchObject([noSecondFactor]);
});

test('a phone number that replaces all others is no second factor', async () => {
  const clerk = await aClerkLocal();
  const id = await aUserWithSecondFactor(clerk);
  const replaced = await call(clerk, `PUT /users/${id}/phone_number`, { phone_number });
  expect(replaced).toMatchObject(noSecondFactor);
});

test('removing a password that a user does not have changes nothing', async () => {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  const user = await clerk.users.create({ email_address: ['ada@example.com'] });
  expect(await call(clerk, `POST /users/${user.id}/remove_password`, {})).toMatchObject({
    updated_at: user.updated_at,
  });
  await clerk.webhooks.drain();
  expect(receiver.received.map(({ event }) => event.type)).toEqual(['user.created']);
});

test.each(['', '/pending'])(
  'GET invitations%s of an organization has none that its domain created',
  async (list) => {
    const clerk = await aClerkLocal();
    await clerk.users.create({ email_address: ['eve@acme.example'] });
    await call(clerk, 'POST /organizations', { name: 'Acme', slug: 'acme' });
    await call(clerk, 'PATCH /instance/organization_settings', { domains_enabled: true });
    const domain = { name: 'acme.example', enrollment_mode: 'automatic_invitation' };
    await call(clerk, 'POST /organizations/acme/domains', domain);
    expect(await call(clerk, 'GET /organization_invitations')).toMatchObject({ total_count: 1 });
    expect(await call(clerk, `GET /organizations/acme/invitations${list}`)).toMatchObject({
      total_count: 0,
    });
  },
);

describe.each([
  ['email_addresses', 'email_code'],
  ['phone_numbers', 'phone_code'],
] as const)('a server verifies %s with a code', (list, strategy) => {
  async function prepared(
    clerk: ClerkLocal,
    verified: boolean,
  ): Promise<{ readonly userId: string; readonly path: string; readonly id: string }> {
    const { id: user_id } = await clerk.users.create({ email_address: ['eve@example.com'] });
    const value =
      list === 'email_addresses' ? { email_address: 'ada@example.com' } : { phone_number };
    const added = await call(clerk, `POST /${list}`, { user_id, verified, ...value });
    const path = `/${list}/${idSchema.parse(added).id}`;
    const verification = await call(clerk, `POST ${path}/prepare_verification`);
    expect(verification).toMatchObject({ status: 'unverified', strategy, attempts: 0 });
    return { userId: user_id, path, id: idSchema.parse(verification).id };
  }

  test('and learns about a wrong one from the status', async () => {
    const clerk = await aClerkLocal();
    const { userId, path, id } = await prepared(clerk, false);
    const attempt = `POST ${path}/attempt_verification`;
    const wrong = await call(clerk, attempt, { verification_id: id, code: '000000' });
    expect(wrong).toMatchObject({ id, status: 'unverified', attempts: 1 });
    const right = await call(clerk, attempt, { verification_id: id, code: '424242' });
    expect(right).toMatchObject({ id, status: 'verified', attempts: 2 });
    const user = await clerk.users.get(userId);
    expect(user[list].at(-1)).toMatchObject({ verification: { status: 'verified' } });
  });

  test('also if it is verified already, which changes nothing, and each code once', async () => {
    const clerk = await aClerkLocal();
    const { userId, path, id } = await prepared(clerk, true);
    const user = await clerk.users.get(userId);
    const request = `${path}/attempt_verification`;
    const json = { verification_id: id, code: '424242' };
    expect(await call(clerk, `POST ${request}`, json)).toMatchObject({ status: 'verified' });
    expect(await clerk.users.get(userId)).toEqual(user);
    const again = await callBackendApi(clerk, { method: 'POST', path: `/v1${request}`, json });
    expect(await again.json()).toMatchObject({
      errors: [{ code: 'verification_already_verified' }],
    });
  });

  test('that expires', async () => {
    let now = Date.parse('2030-01-01T00:00:00Z');
    const clerk = await aClerkLocal({ now: () => now });
    const { path, id } = await prepared(clerk, false);
    now += 3_600_000;
    const json = { verification_id: id, code: '424242' };
    const late = await call(clerk, `POST ${path}/attempt_verification`, json);
    expect(late).toMatchObject({ status: 'expired' });
  });
});
