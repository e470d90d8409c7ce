import { decodeJwt } from 'jose';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { BrowserClient } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aTemporaryFolder } from '../support/temporary-folder.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

const day = 86_400_000;

/** The file of the first version, without the additions of later versions. */
function oldState(keys: unknown, signingKey: string): object {
  const now = Date.now();
  const email = {
    id: 'idn_ada',
    address: 'ada@example.com',
    verification: { status: 'verified', strategy: 'email_code' },
    createdAt: now,
    updatedAt: now,
  };
  const user = {
    id: 'user_ada',
    externalId: null,
    firstName: 'Ada',
    lastName: null,
    locale: null,
    emails: [email],
    primaryEmailId: 'idn_ada',
    passwordHash: null,
    passwordUpdatedAt: null,
    publicMetadata: {},
    privateMetadata: {},
    unsafeMetadata: {},
    deleteSelfEnabled: true,
    createdAt: now,
    updatedAt: now,
    lastSignInAt: null,
    lastActiveAt: null,
  };
  const session = {
    id: 'sess_ada',
    clientId: 'client_ada',
    userId: 'user_ada',
    status: 'active',
    createdAt: now,
    updatedAt: now,
    lastActiveAt: now,
    expireAt: now + 7 * day,
    abandonAt: now + 30 * day,
  };
  const signUp = {
    id: 'sua_eve',
    email: 'eve@example.com',
    emailCode: 'sent',
    passwordHash: null,
    firstName: 'Eve',
    lastName: 'Ning',
    locale: null,
    unsafeMetadata: {},
    createdAt: now,
  };
  const signIn = {
    id: 'sia_ada',
    identifier: 'ada@example.com',
    userId: 'user_ada',
    codeSent: true,
    createdAt: now,
  };
  const client = { lastActiveSessionId: null, createdAt: now, updatedAt: now };
  const body = JSON.stringify({ type: 'user.created', data: { id: 'user_ada' } });
  const webhook = { key: 'msg_1', id: 'msg_1', type: 'user.created', userId: 'user_ada' };
  return {
    version: 1,
    url: null,
    keys,
    signingKey,
    users: [user],
    sessions: [session],
    clients: [
      { ...client, id: 'client_ada', devBrowser: 'dvb_ada', signIn, signUp: null },
      { ...client, id: 'client_eve', devBrowser: 'dvb_eve', signIn: null, signUp },
    ],
    webhooks: [{ ...webhook, body, attempts: 0 }],
  };
}

test('a state file of the first version loads: users, sessions, browsers and webhooks work', async () => {
  const folder = aTemporaryFolder();
  const statePath = path.join(folder, 'state.json');
  const first = await aClerkLocal({ statePath });
  await first.close();
  const { keys, signingKey } = z
    .object({ keys: z.unknown(), signingKey: z.string() })
    .parse(JSON.parse(readFileSync(statePath, 'utf8')));
  writeFileSync(statePath, JSON.stringify(oldState(keys, signingKey)));

  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ statePath, webhookUrl: receiver.url });
  expect(clerk.secretKey).toBe(first.secretKey);
  expect(await clerk.users.list()).toMatchObject([
    { id: 'user_ada', username: null, external_accounts: [], banned: false },
  ]);
  const token = await clerk.sessionToken({ userId: 'user_ada', sessionId: 'sess_ada' });
  expect(decodeJwt(token)).toMatchObject({ sid: 'sess_ada', fva: [0, -1] });

  const ada = new BrowserClient(clerk, 'dvb_ada');
  const code = { strategy: 'email_code', code: '424242' };
  const shown = await ada.call('GET /v1/client/sign_ins/sia_ada');
  expect(shown.body).toMatchObject({ response: { status: 'needs_first_factor' } });
  const eve = new BrowserClient(clerk, 'dvb_eve');
  const attempt = await eve.call('POST /v1/client/sign_ups/sua_eve/attempt_verification', code);
  expect(attempt.body).toMatchObject({ response: { missing_fields: ['password'] } });
  await eve.call('PATCH /v1/client/sign_ups/sua_eve', { password: 'correct horse battery' });
  expect(await clerk.users.count()).toBe(2);

  const organizations = await callBackendApi(clerk, { method: 'GET', path: '/v1/organizations' });
  expect(await organizations.json()).toEqual({ data: [], total_count: 0 });
  await clerk.webhooks.drain();
  expect(receiver.received.map(({ event }) => event.type)).toContain('user.created');
});
