import { createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { createClerkClient } from '@clerk/backend';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { ada, BrowserClient, errorOf } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

function sdk({ url, secretKey }: ClerkLocal): ReturnType<typeof createClerkClient> {
  return createClerkClient({ apiUrl: url, secretKey, telemetry: { disabled: true } });
}

function anRsaKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function anEcKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const completed = z.object({
  response: z.object({ status: z.string(), created_session_id: z.string().nullable() }),
});

async function redeem(browser: BrowserClient, ticket: string): Promise<string> {
  const { body } = await browser.call('POST /v1/client/sign_ins', { strategy: 'ticket', ticket });
  const { response } = completed.parse(body);
  expect(response.status).toBe('complete');
  return response.created_session_id ?? '';
}

test('a sign-in token signs its user in once', async () => {
  const clerk = await aClerkLocal();
  const { id: userId } = await clerk.users.create(ada);
  const { id, token } = await sdk(clerk).signInTokens.createSignInToken({
    userId,
    expiresInSeconds: 60,
  });
  const session = await redeem(await BrowserClient.register(clerk), token);
  expect((await sdk(clerk).sessions.getSession(session)).userId).toBe(userId);

  const again = await (
    await BrowserClient.register(clerk)
  ).call('POST /v1/client/sign_ins', { strategy: 'ticket', ticket: token });
  expect(again.status).toBe(400);
  expect(again.body).toMatchObject(errorOf('sign_in_token_already_used_code'));
  await expect(sdk(clerk).signInTokens.revokeSignInToken(id)).rejects.toMatchObject({
    errors: [{ code: 'sign_in_token_cannot_be_revoked_code' }],
  });
});

test.each([
  ['revoked', 'sign_in_token_revoked_code'],
  ['unknown', 'ticket_invalid_code'],
])('a sign-in token that is %s signs no user in', async (kind, errorCode) => {
  const clerk = await aClerkLocal();
  const { id: userId } = await clerk.users.create(ada);
  const { signInTokens } = sdk(clerk);
  const { id, token } = await signInTokens.createSignInToken({ userId, expiresInSeconds: 60 });
  if (kind === 'revoked') expect((await signInTokens.revokeSignInToken(id)).status).toBe('revoked');
  const ticket = kind === 'revoked' ? token : 'tick_none';
  const browser = await BrowserClient.register(clerk);
  const { body } = await browser.call('POST /v1/client/sign_ins', { strategy: 'ticket', ticket });
  expect(body).toMatchObject(errorOf(errorCode));
});

test('an actor token creates a session whose tokens name the actor', async () => {
  const clerk = await aClerkLocal();
  const { id: userId } = await clerk.users.create(ada);
  const { actorTokens, sessions } = sdk(clerk);
  const actor = { sub: 'user_admin' };
  const { token } = await actorTokens.create({ userId, actor, expiresInSeconds: 60 });
  const session = await redeem(await BrowserClient.register(clerk), token ?? '');
  const { jwt } = await sessions.getToken(session);
  expect(decodeJwt(jwt)).toMatchObject({ sub: userId, act: actor });
});

test('an invitation verifies the email address and passes its metadata to the user', async () => {
  const clerk = await aClerkLocal();
  const { invitations, users } = sdk(clerk);
  const invitation = await invitations.createInvitation({
    emailAddress: 'ada@example.com',
    publicMetadata: { role: 'admin' },
    redirectUrl: 'http://localhost:3000/sign-up',
  });
  const url = new URL(invitation.url ?? '');
  const followed = await fetch(url, { redirect: 'manual' });
  expect(followed.status).toBe(303);
  const page = new URL(followed.headers.get('location') ?? '');
  expect(page.origin + page.pathname).toBe('http://localhost:3000/sign-up');
  expect(page.searchParams.get('__clerk_status')).toBe('sign_up');
  expect(page.searchParams.get('__clerk_ticket')).toBe(url.searchParams.get('ticket'));
  const ticket = url.searchParams.get('ticket') ?? '';

  const browser = await BrowserClient.register(clerk);
  const fields = { password: 'correct horse', first_name: 'Ada', last_name: 'Lovelace' };
  const { body } = await browser.call('POST /v1/client/sign_ups', {
    strategy: 'ticket',
    ticket,
    ...fields,
  });

  expect(completed.parse(body).response.status).toBe('complete');
  const [user] = (await users.getUserList({ emailAddress: ['ada@example.com'] })).data;
  expect(user?.publicMetadata).toEqual({ role: 'admin' });
  expect((await invitations.getInvitationList({ status: 'accepted' })).totalCount).toBe(1);
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
});

describe('a JWT template', () => {
  test('creates tokens with its claims and without a session', async () => {
    const clerk = await aClerkLocal();
    const { sessions, jwtTemplates } = sdk(clerk);
    const { id: userId } = await clerk.users.create(ada);
    await jwtTemplates.create({
      name: 'hasura',
      claims: { mail: '{{user.primary_email_address}}' },
      lifetime: 600,
    });
    const { id } = await clerk.createSession(userId);
    const { jwt } = await sessions.getToken(id, 'hasura');
    const payload = decodeJwt(jwt);
    expect(payload).toMatchObject({ sub: userId, mail: 'ada@example.com', iss: clerk.issuer });
    expect(payload).not.toHaveProperty('sid');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
    expect(decodeProtectedHeader(jwt)['cat']).toBe('cl_B7d4PD222AAA');
    await expect(sessions.getToken(id, 'other')).rejects.toMatchObject({ status: 404 });
  });

  test.each([
    ['HS256', 'a-secret-of-a-database-that-verifies-tokens'],
    ['RS512', anRsaKey()],
    ['ES256', anEcKey()],
  ])('with a custom key signs tokens with %s', async (signingAlgorithm, signingKey) => {
    const clerk = await aClerkLocal();
    const { sessions, jwtTemplates } = sdk(clerk);
    const { id: userId } = await clerk.users.create(ada);
    const template = { name: 'database', claims: { role: 'authenticated' } };
    const key = { customSigningKey: true, signingAlgorithm, signingKey };
    const created = await jwtTemplates.create({ ...template, ...key });
    await jwtTemplates.update({ templateId: created.id, ...template, lifetime: 90 });
    const { id } = await clerk.createSession(userId);
    const { jwt } = await sessions.getToken(id, 'database');
    const isSecret = signingAlgorithm.startsWith('HS');
    const verifier = isSecret ? createSecretKey(signingKey, 'utf8') : createPublicKey(signingKey);
    const { payload, protectedHeader } = await jwtVerify(jwt, verifier);
    expect(payload).toMatchObject({ sub: userId, role: 'authenticated' });
    expect(protectedHeader).toEqual({
      alg: signingAlgorithm,
      cat: 'cl_B7d4PD222AAA',
      typ: 'JWT',
    });
    expect(created).toMatchObject({ customSigningKey: true, signingAlgorithm });
    const raw = await callBackendApi(clerk, { method: 'GET', path: '/v1/jwt_templates' });
    expect(await raw.text()).not.toContain(JSON.stringify(signingKey).slice(1, -1));
  });

  test.each([
    [{ signingAlgorithm: 'HS256' }, 'signing_key'],
    [{ signingKey: 'secret' }, 'signing_algorithm'],
    [{ signingAlgorithm: 'RS256', signingKey: 'not a PEM' }, 'signing_key'],
    [{ signingAlgorithm: 'none', signingKey: 'secret' }, 'signing_algorithm'],
    [{ customSigningKey: false, signingAlgorithm: 'HS256', signingKey: 'x' }, 'custom_signing_key'],
    [{ signingAlgorithm: 'ES256', signingKey: anRsaKey() }, 'signing_key'],
  ])('with a custom key that cannot sign is refused: %#', async (key, paramName) => {
    const { jwtTemplates } = sdk(await aClerkLocal());
    const template = { name: 'x', claims: {}, customSigningKey: true, ...key };
    await expect(jwtTemplates.create(template)).rejects.toMatchObject({
      status: 422,
      errors: [{ meta: { paramName } }],
    });
  });

  test('with an unknown shortcode is refused', async () => {
    const { jwtTemplates } = sdk(await aClerkLocal());
    await expect(
      jwtTemplates.create({ name: 'x', claims: { a: '{{user.shoe_size}}' } }),
    ).rejects.toMatchObject({ status: 422 });
  });
});

test('email addresses and phone numbers change the user and send webhooks', async () => {
  const clerk = await aClerkLocal();
  const { emailAddresses, phoneNumbers, users } = sdk(clerk);
  const { id: userId } = await clerk.users.create(ada);
  const email = await emailAddresses.createEmailAddress({
    userId,
    emailAddress: 'countess@example.com',
    verified: true,
    primary: true,
  });
  const phone = await phoneNumbers.createPhoneNumber({ userId, phoneNumber: '+15555550100' });
  const user = await users.getUser(userId);
  expect([user.primaryEmailAddressId, user.primaryPhoneNumberId]).toEqual([email.id, phone.id]);
  await emailAddresses.deleteEmailAddress(email.id);
  await phoneNumbers.deletePhoneNumber(phone.id);
  const after = await users.getUser(userId);
  expect(after.primaryEmailAddress?.emailAddress).toBe('ada@example.com');
  expect(after.phoneNumbers).toEqual([]);
});
