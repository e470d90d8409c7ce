import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi, type BackendCall } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock } from '../support/clock.js';

const errorsSchema = z.object({
  errors: z.array(
    z.object({ code: z.string(), meta: z.object({ param_name: z.string() }).partial() }),
  ),
});

async function refusal(clerk: ClerkLocal, call: BackendCall): Promise<unknown> {
  const response = await callBackendApi(clerk, call);
  const { errors } = errorsSchema.parse(await response.json());
  return [response.status, errors[0]?.code, errors[0]?.meta.param_name];
}

function post(json: unknown): BackendCall {
  return { method: 'POST', path: '/v1/users', json };
}

describe('creating a user', () => {
  test('accepts a form as well as JSON', async () => {
    const clerk = await aClerkLocal();
    const response = await callBackendApi(clerk, {
      method: 'POST',
      path: '/v1/users',
      form: {
        'email_address[]': 'ada@example.com',
        first_name: 'Ada',
        last_name: '',
        public_metadata: '{"role":"admin"}',
        delete_self_enabled: 'false',
      },
    });
    expect(await response.json()).toMatchObject({
      email_addresses: [{ email_address: 'ada@example.com' }],
      first_name: 'Ada',
      last_name: null,
      public_metadata: { role: 'admin' },
      delete_self_enabled: false,
    });
  });

  test('never returns the password or its hash', async () => {
    const clerk = await aClerkLocal();
    const json = { email_address: ['ada@example.com'], password: 'correct horse' };
    const response = await callBackendApi(clerk, post(json));
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ password_enabled: true });
    expect(text).not.toContain('correct horse');
    expect(text).not.toContain('hash');
  });

  test.each([
    ['no email address', {}, 'form_data_missing', 'email_address'],
    [
      'an invalid email address',
      { email_address: ['ada'] },
      'form_param_format_invalid',
      'email_address',
    ],
    [
      'a short password',
      { email_address: ['a@b.io'], password: '1234567' },
      'form_password_length_too_short',
      'password',
    ],
    [
      'a long password',
      { email_address: ['a@b.io'], password: 'x'.repeat(73) },
      'form_password_length_too_long',
      'password',
    ],
    [
      'a wrong type',
      { email_address: ['a@b.io'], first_name: 1 },
      'form_param_format_invalid',
      'first_name',
    ],
    [
      'metadata that is not an object',
      { email_address: ['a@b.io'], public_metadata: '[' },
      'form_param_format_invalid',
      'public_metadata',
    ],
    [
      'a parameter that is not emulated',
      { email_address: ['a@b.io'], shoe_size: 'x' },
      'form_param_unknown',
      'shoe_size',
    ],
  ])('rejects %s', async (_, json, code, param) => {
    const clerk = await aClerkLocal();
    expect(await refusal(clerk, post(json))).toEqual([422, code, param]);
    expect(await clerk.users.count()).toBe(0);
  });

  test('rejects an email address or an external id that is taken, ignoring case', async () => {
    const clerk = await aClerkLocal();
    await clerk.users.create({ email_address: ['ada@example.com'], external_id: 'ext_1' });
    expect(await refusal(clerk, post({ email_address: ['ADA@example.com'] }))).toEqual([
      422,
      'form_identifier_exists',
      'email_address',
    ]);
    const json = { email_address: ['grace@example.com'], external_id: 'ext_1' };
    expect(await refusal(clerk, post(json))).toEqual([
      422,
      'form_identifier_exists',
      'external_id',
    ]);
  });

  test('gives an email address to only one of eight concurrent requests', async () => {
    const clerk = await aClerkLocal();
    const json = { email_address: ['ada@example.com'], password: 'correct horse' };
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => callBackendApi(clerk, post(json))),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array<number>(7).fill(422),
    ]);
  });

  test('allows a user without an email address on request', async () => {
    const clerk = await aClerkLocal();
    const user = await clerk.users.create({ skip_user_requirement: true });
    expect(user).toMatchObject({ email_addresses: [], primary_email_address_id: null });
  });
});

describe('updating a user', () => {
  test('updates given fields, clears null fields and keeps the rest', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create({
      email_address: ['ada@example.com'],
      first_name: 'Ada',
      last_name: 'Byron',
      locale: 'en-GB',
    });
    const changed = await clerk.users.update(id, { last_name: 'Lovelace', locale: null });
    expect(changed).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace', locale: null });
  });

  test('increases updated_at with every change, even within one millisecond', async () => {
    const clerk = await aClerkLocal({ now: aClock().now });
    const created = await clerk.users.create({ email_address: ['ada@example.com'] });
    const first = await clerk.users.update(created.id, { first_name: 'A' });
    const second = await clerk.users.update(created.id, { first_name: 'B' });
    expect(first.updated_at).toBe(created.updated_at + 1);
    expect(second.updated_at).toBe(created.updated_at + 2);
  });

  test('accepts only the user’s own verified address as the primary address', async () => {
    const clerk = await aClerkLocal();
    const ada = await clerk.users.create({ email_address: ['a@example.com', 'b@example.com'] });
    const grace = await clerk.users.create({ email_address: ['grace@example.com'] });
    const [, second] = ada.email_addresses;

    const changed = await clerk.users.update(ada.id, { primary_email_address_id: second?.id });
    expect(changed.primary_email_address_id).toBe(second?.id);
    const theft = { primary_email_address_id: grace.primary_email_address_id };
    await expect(clerk.users.update(ada.id, theft)).rejects.toMatchObject({ status: 404 });
  });

  test('ends all sessions if sign_out_of_other_sessions is set', async () => {
    const clerk = await aClerkLocal();
    const { id: userId } = await clerk.users.create({ email_address: ['ada@example.com'] });
    const { id: sessionId } = await clerk.createSession(userId);
    await clerk.users.update(userId, {
      password: 'battery staple',
      sign_out_of_other_sessions: true,
    });
    await expect(clerk.sessionToken({ userId, sessionId })).rejects.toMatchObject({ status: 401 });
  });

  test('merges metadata deeply and removes null keys with PATCH, and replaces it with PUT', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create({
      email_address: ['ada@example.com'],
      public_metadata: { team: { role: 'admin', seats: 3 }, beta: true },
      private_metadata: { note: 1 },
    });
    const merged = await clerk.users.updateMetadata(id, {
      public_metadata: { team: { seats: 4 }, beta: null },
    });
    expect(merged.public_metadata).toEqual({ team: { role: 'admin', seats: 4 } });
    expect(merged.private_metadata).toEqual({ note: 1 });

    const path = `/v1/users/${id}/metadata`;
    const json = { public_metadata: { plan: 'free' } };
    const response = await callBackendApi(clerk, { method: 'PUT', path, json });
    expect(await response.json()).toMatchObject({
      public_metadata: { plan: 'free' },
      private_metadata: { note: 1 },
    });
  });
});

describe('deleting a user', () => {
  test('removes the user and ends their sessions', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
    const session = await clerk.createSession(id);
    expect(await clerk.users.delete(id)).toEqual({ id, object: 'user', deleted: true });

    await expect(clerk.users.get(id)).rejects.toMatchObject({ code: 'resource_not_found' });
    const path = `/v1/sessions/${session.id}`;
    const response = await callBackendApi(clerk, { method: 'GET', path });
    expect(await response.json()).toMatchObject({ status: 'removed' });
  });

  test('frees the email address', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
    await clerk.users.delete(id);
    const again = await clerk.users.create({ email_address: ['ada@example.com'] });
    expect(again.id).not.toBe(id);
  });
});

describe('ensuring a user', () => {
  test('creates a missing user and does not change an existing user', async () => {
    const clerk = await aClerkLocal();
    const first = await clerk.users.ensure({ email: 'Ada@example.com', firstName: 'Ada' });
    const second = await clerk.users.ensure({ email: 'ada@example.com', firstName: 'Augusta' });
    expect(second).toEqual(first);
    expect(await clerk.users.count()).toBe(1);
  });
});

test('names a route that is not emulated', async () => {
  const clerk = await aClerkLocal();
  const response = await callBackendApi(clerk, {
    method: 'POST',
    path: '/v1/machines/mch_1/scopes',
  });
  expect(response.status).toBe(501);
  expect(await response.json()).toEqual({
    errors: [
      {
        code: 'not_emulated',
        message: 'not emulated',
        long_message:
          'CreateMachineScope (POST /v1/machines/mch_1/scopes) is not emulated by clerk-local. Its SUPPORT.md lists the operations.',
        meta: {},
      },
    ],
    clerk_trace_id: expect.any(String) as unknown,
  });
});

test('names an operation that the SDK calls without /v1', async () => {
  const clerk = await aClerkLocal();
  const response = await callBackendApi(clerk, { method: 'POST', path: '/m2m_tokens' });
  expect(response.status).toBe(501);
  expect(await response.text()).toContain('createM2MToken (POST /m2m_tokens) is not emulated');
});

test.each(['/v1/nothing', '//v1/users', '/v1//users', '/users', '/client'])(
  'answers 404 for %s',
  async (path) => {
    const clerk = await aClerkLocal();
    const response = await callBackendApi(clerk, { method: 'GET', path });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ code: 'resource_not_found' }] });
  },
);

test('serves the image of a user', async () => {
  const clerk = await aClerkLocal();
  const user = await clerk.users.create({ email_address: ['ada@example.com'] });
  const response = await fetch(user.image_url);
  expect(response.headers.get('content-type')).toBe('image/svg+xml');
});
