import { createClerkClient } from '@clerk/backend';
import { describe, expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { ada, aSignedInBrowser, errorOf } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

function sdk({ url, secretKey }: ClerkLocal): ReturnType<typeof createClerkClient> {
  return createClerkClient({ apiUrl: url, secretKey, telemetry: { disabled: true } });
}

describe('a banned user', () => {
  test('loses all sessions, and cannot sign in until the ban is lifted', async () => {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ webhookUrl: receiver.url });
    const { users, sessions } = sdk(clerk);
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const userId = (await sessions.getSession(sessionId)).userId;

    expect((await users.banUser(userId)).banned).toBe(true);

    expect((await sessions.getSession(sessionId)).status).toBe('revoked');
    const credentials = { identifier: 'ada@example.com', password: ada.password };
    const refused = await browser.call('POST /v1/client/sign_ins', credentials);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject(errorOf('user_banned'));
    await clerk.webhooks.drain();
    const dataOf = (wanted: string): unknown =>
      receiver.received.find(({ event }) => event.type === wanted)?.event.data;
    expect(dataOf('session.created')).toMatchObject({ id: sessionId, status: 'active' });
    expect(dataOf('session.revoked')).toMatchObject({ id: sessionId, status: 'revoked' });
    expect(dataOf('user.updated')).toMatchObject({ id: userId, banned: true });

    expect((await users.unbanUser(userId)).banned).toBe(false);
    expect((await browser.call('POST /v1/client/sign_ins', credentials)).status).toBe(200);
  });
});

test('a locked user cannot sign in', async () => {
  const clerk = await aClerkLocal();
  const { users, sessions } = sdk(clerk);
  const { id } = await clerk.users.create(ada);
  expect((await users.lockUser(id)).locked).toBe(true);
  await expect(sessions.createSession({ userId: id })).rejects.toMatchObject({
    errors: [{ code: 'user_locked' }],
  });
  expect((await users.unlockUser(id)).locked).toBe(false);
  await sessions.createSession({ userId: id });
});

test('a password is verified and removed', async () => {
  const clerk = await aClerkLocal();
  const { users } = sdk(clerk);
  const { id: userId } = await clerk.users.create(ada);
  expect(await users.verifyPassword({ userId, password: ada.password })).toEqual({
    verified: true,
  });
  await expect(users.verifyPassword({ userId, password: 'wrong' })).rejects.toMatchObject({
    errors: [{ code: 'incorrect_password' }],
  });
  const path = `/v1/users/${userId}/remove_password`;
  const removed = await callBackendApi(clerk, { method: 'POST', path });
  expect(await removed.json()).toMatchObject({ password_enabled: false });
});

test('a profile image replaces the drawn avatar until it is removed', async () => {
  const { users } = sdk(
    await aClerkLocal({ seed: { users: [{ id: 'user_1', emailAddresses: [] }] } }),
  );
  const file = new Blob([new Uint8Array([137, 80, 78, 71])], { type: 'image/png' });
  const changed = await users.updateUserProfileImage('user_1', { file });
  expect([changed.hasImage, changed.imageUrl]).toEqual([true, 'data:image/png;base64,iVBORw==']);
  expect((await users.deleteUserProfileImage('user_1')).hasImage).toBe(false);
});

test('sessions are listed by user and status', async () => {
  const clerk = await aClerkLocal();
  const { sessions } = sdk(clerk);
  const { id: userId } = await clerk.users.create(ada);
  const first = await sessions.createSession({ userId });
  const second = await sessions.createSession({ userId });
  await sessions.revokeSession(first.id);
  const active = await sessions.getSessionList({ userId, status: 'active' });
  expect([active.totalCount, active.data.map(({ id }) => id)]).toEqual([1, [second.id]]);
  expect((await sessions.getSessionList({ userId })).totalCount).toBe(2);
});
