import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { ada } from './support/browser-client.js';

interface NativeAnswer {
  readonly status: number;
  /** The client's token, which the application keeps. */
  readonly token: string;
  readonly body: unknown;
}

/** Calls the Frontend API like `@clerk/expo`: no `Origin`, and the client's token in a header. */
async function call(
  clerk: ClerkLocal,
  route: string,
  token: string,
  form?: Readonly<Record<string, string>>,
): Promise<NativeAnswer> {
  const [method = '', path = ''] = route.split(' ');
  const response = await fetch(`${clerk.url}${path}?_is_native=1`, {
    method,
    headers: { authorization: token, 'x-mobile': '1' },
    ...(form && { body: new URLSearchParams(form) }),
  });
  return {
    status: response.status,
    token: response.headers.get('authorization') ?? '',
    body: await response.json(),
  };
}

const signedIn = z.object({ response: z.object({ created_session_id: z.string() }) });

test('a native application signs in, creates tokens and an organization, and signs out', async () => {
  const clerk = await aClerkLocal();
  await clerk.users.create(ada);
  const { token } = await call(clerk, 'GET /v1/client', '');
  const signIn = await call(clerk, 'POST /v1/client/sign_ins', token, {
    identifier: 'ada@example.com',
    password: ada.password,
  });
  expect(signIn.token).toBe(token);
  const id = signedIn.parse(signIn.body).response.created_session_id;
  const minted = await call(clerk, `POST /v1/client/sessions/${id}/tokens`, `Bearer ${token}`, {});
  expect(minted.body).toMatchObject({ jwt: expect.stringMatching(/^ey/) as unknown });
  const created = await call(clerk, 'POST /v1/organizations', token, { name: 'Acme' });
  expect(created.body).toMatchObject({ response: { slug: 'acme' } });
  await call(clerk, `POST /v1/client/sessions/${id}/remove`, token, {});
  const { body } = await call(clerk, 'GET /v1/client', token);
  expect(body).toMatchObject({ response: { sessions: [] } });
});

test('a native application with an unknown token gets a new client', async () => {
  const clerk = await aClerkLocal();
  const answer = await call(clerk, 'GET /v1/client', 'dvb_of_another_instance');
  expect([answer.status, answer.token]).toEqual([200, expect.stringMatching(/^dvb_(?!of)/)]);
});

test('a browser cannot identify itself with the header', async () => {
  const clerk = await aClerkLocal();
  const { token } = await call(clerk, 'GET /v1/client', '');
  const response = await fetch(`${clerk.url}/v1/client`, { headers: { authorization: token } });
  expect(response.status).toBe(401);
});
