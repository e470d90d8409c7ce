import { expect, test } from 'vitest';
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
