import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

const bodySchema = z.object({ errors: z.tuple([z.object({ code: z.string() })]) });

async function answer(response: Response): Promise<unknown> {
  const [error] = bodySchema.safeParse(await response.json()).data?.errors ?? [];
  return [response.status, error?.code];
}

describe('a request body', () => {
  const levels = 5_000;
  const deep = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  test.each([
    ['as JSON', { text: `{"email_address":["a@b.io"],"public_metadata":${deep}}` }],
    [
      'as JSON lists',
      { text: `{"email_address":["a@b.io"],"x":${'['.repeat(levels)}${']'.repeat(levels)}}` },
    ],
    ['in a form', { form: { email_address: 'a@b.io', public_metadata: deep } }],
  ])('that is nested too deeply is refused: %s', async (_, body) => {
    const clerk = await aClerkLocal();
    const response = await callBackendApi(clerk, { method: 'POST', path: '/v1/users', ...body });
    expect([400, 422]).toContain(response.status);
    const list = await callBackendApi(clerk, { method: 'GET', path: '/v1/users' });
    expect([list.status, await list.json()]).toEqual([200, []]);
  });

  test('is a form in every spelling of its content type', async () => {
    const clerk = await aClerkLocal();
    const response = await callBackendApi(clerk, {
      method: 'POST',
      path: '/v1/users',
      text: 'email_address=ada%40example.com',
      headers: { 'content-type': 'Application/X-WWW-Form-URLEncoded; charset=utf-8' },
    });
    expect(response.status).toBe(200);
  });
});

describe('an operation that is not emulated', () => {
  test.each([
    ['GET', '/v1/organizations/org_1/nope?__clerk_db_jwt=x', 404, 'resource_not_found'],
    ['GET', '/v1/organizations/org_1/enterprise_connections?__clerk_db_jwt=x', 501, 'not_emulated'],
    ['GET', '/v1/machines', 501, 'not_emulated'],
  ])('has an error in Clerk’s format: %s %s', async (method, path, status, code) => {
    const clerk = await aClerkLocal();
    expect(await answer(await callBackendApi(clerk, { method, path }))).toEqual([status, code]);
  });

  test('has the same status with HEAD', async () => {
    const clerk = await aClerkLocal();
    const response = await callBackendApi(clerk, { method: 'HEAD', path: '/v1/machines' });
    expect(response.status).toBe(501);
  });
});
