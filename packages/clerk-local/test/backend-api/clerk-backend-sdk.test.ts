import { createClerkClient, verifyToken } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { verifyWebhook } from '@clerk/backend/webhooks';
import { describe, expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

function clientOf({
  url,
  secretKey,
  publishableKey,
}: ClerkLocal): ReturnType<typeof createClerkClient> {
  return createClerkClient({
    apiUrl: url,
    secretKey,
    publishableKey,
    telemetry: { disabled: true },
  });
}

describe('@clerk/backend', () => {
  test('creates, reads, lists, counts, updates and deletes users', async () => {
    const { users } = clientOf(await aClerkLocal());

    const ada = await users.createUser({
      emailAddress: ['Ada@Example.com'],
      firstName: 'Ada',
      lastName: 'Lovelace',
      password: 'correct horse',
      publicMetadata: { role: 'admin' },
    });
    expect(ada.primaryEmailAddress?.emailAddress).toBe('ada@example.com');
    expect(ada.fullName).toBe('Ada Lovelace');
    expect(ada.passwordEnabled).toBe(true);
    expect(await users.getUser(ada.id)).toEqual(ada);

    const page = await users.getUserList({ emailAddress: ['ada@example.com'] });
    expect(page.totalCount).toBe(1);
    expect(page.data.map(({ id }) => id)).toEqual([ada.id]);
    expect(await users.getCount()).toBe(1);

    const renamed = await users.updateUser(ada.id, { firstName: 'Augusta' });
    expect(renamed.firstName).toBe('Augusta');
    expect(renamed.updatedAt).toBeGreaterThan(ada.updatedAt);
    const merged = await users.updateUserMetadata(ada.id, { publicMetadata: { plan: 'free' } });
    expect(merged.publicMetadata).toEqual({ role: 'admin', plan: 'free' });
    const replaced = await users.replaceUserMetadata(ada.id, { publicMetadata: { plan: 'pro' } });
    expect(replaced.publicMetadata).toEqual({ plan: 'pro' });

    const deleted = await users.deleteUser(ada.id);
    expect(deleted.id).toBe(ada.id);
    expect(await users.getCount()).toBe(0);
  });

  test('recognises errors as Clerk API errors', async () => {
    const { users } = clientOf(await aClerkLocal());
    await users.createUser({ emailAddress: ['ada@example.com'] });

    const error = await users
      .createUser({ emailAddress: ['ADA@example.com'] })
      .catch((caught: unknown) => caught);

    if (!isClerkAPIResponseError(error)) throw new TypeError('Expected a Clerk API error.');
    expect(error.status).toBe(422);
    expect(error.errors[0]).toMatchObject({
      code: 'form_identifier_exists',
      meta: { paramName: 'email_address' },
    });
  });

  test('creates and revokes sessions, and verifies their tokens with the key set and the PEM', async () => {
    const clerk = await aClerkLocal();
    const client = clientOf(clerk);
    const user = await clerk.users.create({ email_address: ['ada@example.com'] });
    const session = await client.sessions.createSession({ userId: user.id });

    const { jwt } = await client.sessions.getToken(session.id);

    const byKeySet = await verifyToken(jwt, { apiUrl: clerk.url, secretKey: clerk.secretKey });
    const byPem = await verifyToken(jwt, { jwtKey: clerk.publicKeyPem });
    expect(byKeySet).toEqual(byPem);
    expect(byPem).toMatchObject({ sub: user.id, sid: session.id, iss: clerk.issuer });

    expect((await client.sessions.revokeSession(session.id)).status).toBe('revoked');
    expect((await client.sessions.getSession(session.id)).status).toBe('revoked');
  });

  test('verifies webhook signatures', async () => {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ webhookUrl: receiver.url });
    const user = await clerk.users.create({ email_address: ['ada@example.com'] });
    await clerk.webhooks.drain();

    const [webhook] = receiver.received;
    if (!webhook) throw new TypeError('Expected a webhook.');
    const request = new Request(receiver.url, {
      method: 'POST',
      headers: Object.entries(webhook.headers).map(([name, value]) => [name, String(value)]),
      body: webhook.body,
    });
    const event = await verifyWebhook(request, { signingSecret: clerk.webhookSigningSecret });
    expect(event.type).toBe('user.created');
    expect(event.data.id).toBe(user.id);
  });
});
