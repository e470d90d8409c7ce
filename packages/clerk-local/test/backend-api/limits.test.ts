import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callBackendApi, type BackendCall } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

const bodySchema = z.object({
  errors: z.tuple([z.object({ code: z.string(), long_message: z.string() })]),
});

type Clerk = Awaited<ReturnType<typeof aClerkLocal>>;

async function refusal(clerk: Clerk, call: BackendCall): Promise<string[]> {
  const response = await callBackendApi(clerk, call);
  expect(response.status).toBe(422);
  const [error] = bodySchema.parse(await response.json()).errors;
  return [error.code, error.long_message];
}

/** Metadata of as many bytes as JSON. */
const ofBytes = (bytes: number): object => ({ text: 'é'.repeat((bytes - 11) / 2) + 'x' });
const email_address = ['ada@example.com'];
const [allowed, tooLarge] = [ofBytes(8_192), ofBytes(8_194)];

describe('metadata is limited to 8 KB of each kind, as at Clerk', () => {
  test.each(['public_metadata', 'private_metadata', 'unsafe_metadata'])('%s', async (name) => {
    const clerk = await aClerkLocal();
    const error = [
      'form_param_exceeds_allowed_size',
      `The given ${name} exceeds the maximum allowed size of 8192 bytes (8 KB).`,
    ];
    const json = { email_address, [name]: tooLarge };
    expect(await refusal(clerk, { method: 'POST', path: '/v1/users', json })).toEqual(error);

    const { id } = await clerk.users.create({ email_address, [name]: allowed });
    const path = `/v1/users/${id}/metadata`;
    const more = { [name]: { more: 1 } };
    expect(await refusal(clerk, { method: 'PATCH', path, json: more })).toEqual(error);
    const replaced = { [name]: tooLarge };
    expect(await refusal(clerk, { method: 'PUT', path, json: replaced })).toEqual(error);
    expect(await clerk.users.get(id)).toMatchObject({ [name]: allowed });
    await clerk.users.updateMetadata(id, { [name]: { text: null, more: 1 } });
    expect(await clerk.users.get(id)).toMatchObject({ [name]: { more: 1 } });
  });

  test('of organizations and invitations too', async () => {
    const clerk = await aClerkLocal();
    for (const [path, json] of [
      ['/v1/organizations', { name: 'Acme', public_metadata: tooLarge }],
      ['/v1/invitations', { email_address: 'a@b.io', public_metadata: tooLarge }],
    ] as const) {
      const [code] = await refusal(clerk, { method: 'POST', path, json });
      expect(code).toBe('form_param_exceeds_allowed_size');
    }
  });
});

test.each([
  ['/v1/users', 'first_name', { email_address }],
  ['/v1/users', 'last_name', { email_address }],
  ['/v1/organizations', 'name', {}],
])('%s: %s has at most 256 characters', async (path, name, others) => {
  const clerk = await aClerkLocal();
  const json = { ...others, [name]: 'x'.repeat(257) };
  expect(await refusal(clerk, { method: 'POST', path, json })).toEqual([
    'form_param_max_length_exceeded',
    `${name} should not exceed 256 characters.`,
  ]);
  const call = { method: 'POST', path, json: { ...others, [name]: 'x'.repeat(256) } };
  expect((await callBackendApi(clerk, call)).status).toBe(200);
});

test('a list of ids has at most 100', async () => {
  const clerk = await aClerkLocal();
  const path = `/v1/users?${'user_id=user_1&'.repeat(101)}`;
  expect(await refusal(clerk, { method: 'GET', path })).toEqual([
    'form_param_array_size_exceeded',
    'user_id should not exceed 100 items.',
  ]);
});

test('the primary phone number is a verified number of the user', async () => {
  const clerk = await aClerkLocal();
  const [ada, eve] = await Promise.all(
    ['+15555550100', '+15555550101'].map((phone_number) =>
      clerk.users.create({ phone_number: [phone_number], skip_user_requirement: true }),
    ),
  );
  const primary_phone_number_id = eve?.phone_numbers[0]?.id ?? '';
  await expect(
    clerk.users.update(ada?.id ?? '', { primary_phone_number_id }),
  ).rejects.toMatchObject({ status: 404, code: 'resource_not_found' });
});
