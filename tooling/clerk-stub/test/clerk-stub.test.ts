import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  answers,
  ClerkStub,
  clerkUserJson,
  down,
  instanceHost,
  inTurn,
  issuer,
  sessionClaims,
  signToken,
  webhookHeaders,
  webhookSecret,
  webOrigin,
} from '../src/index.js';

let clerk: ClerkStub;
beforeAll(async () => {
  clerk = await ClerkStub.start();
});
afterAll(() => clerk.close());
beforeEach(() => {
  clerk.keysBehaviour = undefined;
});

const ada = {
  clerkId: 'user_1',
  email: 'ada@people.example',
  name: 'Ada Testperson',
  imageUrl: null,
};
const get = (path: string, secretKey = clerk.secretKey): Promise<Response> =>
  fetch(`${clerk.url}${path}`, { headers: { authorization: `Bearer ${secretKey}` } });

test('signs tokens that its key set verifies', async () => {
  const token = signToken(clerk.key, sessionClaims('user_1', { iss: issuer, azp: webOrigin }));
  const keys = createLocalJWKSet((await (await get('/v1/jwks')).json()) as JSONWebKeySet);
  const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer });
  expect(payload).toMatchObject({ sub: 'user_1', sid: 'sess_1', azp: webOrigin, v: 2 });
  expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: 'ins_first', typ: 'JWT' });
});

test('signs webhooks that a Standard Webhooks library verifies', () => {
  const body = JSON.stringify({ type: 'user.created', data: clerkUserJson(ada, 1) });
  const headers = webhookHeaders(body, { secret: webhookSecret });
  const standard = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace('svix-', 'webhook-'), value]),
  );
  expect(new Webhook(webhookSecret).verify(body, standard)).toMatchObject({ type: 'user.created' });
});

test('returns users by id and as a list, and counts requests', async () => {
  clerk.users.set(ada.clerkId, clerkUserJson(ada, 1));
  expect(await (await get('/v1/users/user_1')).json()).toMatchObject({ first_name: 'Ada' });
  expect(await (await get('/v1/users?user_id=user_1&user_id=user_2')).json()).toHaveLength(1);
  expect((await get('/v1/users/user_2')).status).toBe(404);
  expect([clerk.userRequests('user_1'), clerk.userRequests('user_2')]).toEqual([1, 1]);
});

test('refuses a different secret key', async () => {
  expect((await get('/v1/jwks', 'sk_test_other')).status).toBe(401);
});

test('returns the configured failures in order', async () => {
  clerk.keysBehaviour = inTurn(down, answers(500));
  await expect(get('/v1/jwks')).rejects.toThrow();
  expect((await get('/v1/jwks')).status).toBe(500);
  expect((await get('/v1/jwks')).status).toBe(500);
});

test('provides the API’s variables', () => {
  const { CLERK_PUBLISHABLE_KEY = '', ...environment } = clerk.environment();
  const encoded = CLERK_PUBLISHABLE_KEY.replace('pk_test_', '');
  expect(Buffer.from(encoded, 'base64').toString()).toBe(`${instanceHost}$`);
  expect(environment).toMatchObject({ CLERK_API_URL: clerk.url, WEB_URL: webOrigin });
});
