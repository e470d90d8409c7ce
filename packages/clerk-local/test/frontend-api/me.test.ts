import { describe, expect, it } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import {
  ada,
  aSignedInBrowser,
  aSignedOutBrowser,
  BrowserClient,
  errorOf,
} from './support/browser-client.js';

describe('somebody who is signed in', () => {
  it('changes their name, with a webhook and a newer version', async () => {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ webhookUrl: receiver.url });
    const { browser } = await aSignedInBrowser(clerk);
    const [before] = await clerk.users.list();

    const { body } = await browser.call('PATCH /v1/me', { first_name: 'Augusta', last_name: '' });

    expect(body).toMatchObject({ response: { first_name: 'Augusta', last_name: null } });
    const [after] = await clerk.users.list();
    expect(after?.updated_at).toBeGreaterThan(before?.updated_at ?? Infinity);
    await clerk.webhooks.drain();
    expect(receiver.received.map(({ event }) => event.type)).toEqual([
      'user.created',
      'user.updated',
    ]);
  });

  it('merges their unsafe metadata, and no other', async () => {
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

  it('changes their password, and signs out elsewhere if they like', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const elsewhere = await BrowserClient.arrive(clerk);
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

  it.each([
    ['wrong-password', 'another-horse', 'form_password_incorrect', 'current_password'],
    [ada.password, 'short', 'form_password_length_too_short', 'new_password'],
  ])('keeps their password: %s to %s', async (current, next, code, paramName) => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/me/change_password', {
      current_password: current,
      new_password: next,
    });
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf(code, paramName));
  });

  it('deletes themselves, with a webhook', async () => {
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

  it('does not delete themselves where they may not', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const [user] = await clerk.users.list();
    await clerk.users.update(user?.id ?? '', { delete_self_enabled: false });
    expect((await browser.call('DELETE /v1/me')).status).toBe(401);
    expect(await clerk.users.count()).toBe(1);
  });

  it('sees where they are signed in, and signs out there', async () => {
    const clerk = await aClerkLocal();
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const elsewhere = await (await BrowserClient.arrive(clerk)).signIn();

    const { body } = await browser.call('GET /v1/me/sessions/active');
    expect(body).toMatchObject([{ id: sessionId }, { id: elsewhere }]);
    await browser.call(`POST /v1/me/sessions/${elsewhere}/revoke`);
    expect((await browser.call('GET /v1/me/sessions/active')).body).toMatchObject([
      { id: sessionId },
    ]);
  });

  it('does not sign others out', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const other = await clerk.users.create({ email_address: ['bob@example.com'] });
    const session = await clerk.createSession(other.id);
    const { status } = await browser.call(`POST /v1/me/sessions/${session.id}/revoke`);
    expect(status).toBe(404);
  });

  it.each(['memberships', 'invitations', 'suggestions'])('has no organization %s', async (list) => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { body } = await browser.call(`GET /v1/me/organization_${list}?paginated=true`);
    expect(body).toMatchObject({ response: { data: [], total_count: 0 } });
  });

  it('is told that a profile image is not emulated', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/me/profile_image', {});
    expect(status).toBe(404);
    expect(body).toMatchObject(errorOf('not_emulated'));
    expect(JSON.stringify(body)).toContain('POST /v1/me/profile_image');
  });
});

describe('nobody', () => {
  it.each([
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
  ])('may not %s', async (route) => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const { status, body } = await browser.call(route);
    expect(status).toBe(401);
    expect(body).toMatchObject(errorOf('authentication_invalid'));
  });

  it('is somebody by another browser’s session', async () => {
    const clerk = await aClerkLocal();
    const { sessionId } = await aSignedInBrowser(clerk);
    const other = await BrowserClient.arrive(clerk);
    const { status } = await other.call(`GET /v1/me?_clerk_session_id=${sessionId}`);
    expect(status).toBe(401);
  });
});
