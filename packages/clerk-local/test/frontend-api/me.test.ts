import { describe, expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import {
  ada,
  aSignedInBrowser,
  aSignedOutBrowser,
  BrowserClient,
  errorOf,
} from './support/browser-client.js';

describe('a signed-in user', () => {
  test('changes their name, which sends a webhook and increases updated_at', async () => {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ webhookUrl: receiver.url });
    const { browser } = await aSignedInBrowser(clerk);
    const [before] = await clerk.users.list();

    const { body } = await browser.call('PATCH /v1/me', { first_name: 'Augusta', last_name: '' });

    expect(body).toMatchObject({ response: { first_name: 'Augusta', last_name: null } });
    const [after] = await clerk.users.list();
    expect(after?.updated_at).toBeGreaterThan(before?.updated_at ?? Infinity);
    await clerk.webhooks.drain();
    expect(receiver.received.map(({ event }) => event.type).sort()).toEqual([
      'session.created',
      'user.created',
      'user.updated',
    ]);
  });

  test('merges only their unsafe metadata', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    await browser.call('PATCH /v1/me/metadata', { unsafe_metadata: '{"theme":"dark","beta":1}' });
    const { body } = await browser.call('PATCH /v1/me/metadata', {
      unsafe_metadata: '{"beta":null}',
    });
    expect(body).toMatchObject({ response: { unsafe_metadata: { theme: 'dark' } } });
    const refused = await browser.call('PATCH /v1/me/metadata', {
      unsafe_metadata: '{}',
      public_metadata: '{"role":"admin"}',
    });
    expect(refused.body).toMatchObject(errorOf('form_param_unknown', 'public_metadata'));
  });

  test('changes their password and optionally signs out other sessions', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const elsewhere = await BrowserClient.register(clerk);
    await elsewhere.signIn();

    const { status } = await browser.call('POST /v1/me/change_password', {
      current_password: ada.password,
      new_password: 'another-horse',
      sign_out_of_other_sessions: 'true',
    });

    expect(status).toBe(200);
    expect((await browser.call('GET /v1/me')).status).toBe(200);
    expect((await elsewhere.call('GET /v1/me')).status).toBe(401);
    const signIn = { identifier: 'ada@example.com', password: 'another-horse' };
    expect((await elsewhere.call('POST /v1/client/sign_ins', signIn)).status).toBe(200);
  });

  test.each([
    ['wrong-password', 'another-horse', 'form_password_incorrect', 'current_password'],
    [ada.password, 'short', 'form_password_length_too_short', 'new_password'],
  ])('cannot change their password from %s to %s', async (current, next, code, paramName) => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/me/change_password', {
      current_password: current,
      new_password: next,
    });
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf(code, paramName));
  });

  test('deletes their account, which sends a webhook', async () => {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ webhookUrl: receiver.url });
    const { browser } = await aSignedInBrowser(clerk);
    const { body } = await browser.call('DELETE /v1/me');
    expect(body).toMatchObject({
      response: { object: 'user', deleted: true },
      client: { sessions: [] },
    });
    expect(await clerk.users.count()).toBe(0);
    await clerk.webhooks.drain();
    expect(receiver.received.at(-1)?.event.type).toBe('user.deleted');
  });

  test('cannot delete their account if delete_self_enabled is false', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const [user] = await clerk.users.list();
    await clerk.users.update(user?.id ?? '', { delete_self_enabled: false });
    expect((await browser.call('DELETE /v1/me')).status).toBe(403);
    expect(await clerk.users.count()).toBe(1);
  });

  test('lists their sessions and revokes one', async () => {
    const clerk = await aClerkLocal();
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const elsewhere = await (await BrowserClient.register(clerk)).signIn();

    const { body } = await browser.call('GET /v1/me/sessions/active');
    expect(body).toMatchObject([{ id: sessionId }, { id: elsewhere }]);
    await browser.call(`POST /v1/me/sessions/${elsewhere}/revoke`);
    expect((await browser.call('GET /v1/me/sessions/active')).body).toMatchObject([
      { id: sessionId },
    ]);
  });

  test('cannot revoke another user’s session', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const other = await clerk.users.create({ email_address: ['bob@example.com'] });
    const session = await clerk.createSession(other.id);
    const { status } = await browser.call(`POST /v1/me/sessions/${session.id}/revoke`);
    expect(status).toBe(404);
  });

  test.each(['memberships', 'invitations', 'suggestions'])(
    'has an empty list of organization %s',
    async (list) => {
      const { browser } = await aSignedInBrowser(await aClerkLocal());
      const { body } = await browser.call(`GET /v1/me/organization_${list}?paginated=true`);
      expect(body).toMatchObject({ response: { data: [], total_count: 0 } });
    },
  );

  test('gets not_emulated for a passkey that is not enabled', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/me/passkeys', {});
    expect(status).toBe(501);
    expect(body).toMatchObject(errorOf('not_emulated'));
    expect(JSON.stringify(body)).toContain('without --enable passkey');
  });
});

describe('a signed-out browser', () => {
  test.each([
    'GET /v1/me',
    'PATCH /v1/me',
    'DELETE /v1/me',
    'PATCH /v1/me/metadata',
    'POST /v1/me/change_password',
    'GET /v1/me/sessions/active',
    'POST /v1/me/sessions/sess_x/revoke',
    'GET /v1/me/email_addresses',
    'POST /v1/me/email_addresses',
    'GET /v1/me/organization_memberships',
  ])('gets 401 for %s', async (route) => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const { status, body } = await browser.call(route);
    expect(status).toBe(401);
    expect(body).toMatchObject(errorOf('authentication_invalid'));
  });

  test('gets 401 with another browser’s session', async () => {
    const clerk = await aClerkLocal();
    const { sessionId } = await aSignedInBrowser(clerk);
    const other = await BrowserClient.register(clerk);
    const { status } = await other.call(`GET /v1/me?_clerk_session_id=${sessionId}`);
    expect(status).toBe(401);
  });
});
