import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock } from '../support/clock.js';
import {
  aSignedInBrowser,
  aSignedOutBrowser,
  BrowserClient,
  pageOrigin,
  errorOf,
} from './support/browser-client.js';

const tokenSchema = z.object({ jwt: z.string() });
const clientSchema = z.object({ response: z.object({ updated_at: z.number() }) });

describe('a session', () => {
  test('creates a new token per request, with the origin of the page as azp', async () => {
    const clerk = await aClerkLocal({ tokenLifetimeSeconds: 5 });
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const call = `POST /v1/client/sessions/${sessionId}/tokens`;

    const tokens = [await browser.call(call, {}), await browser.call(call, {})].map(({ body }) =>
      decodeJwt(tokenSchema.parse(body).jwt),
    );

    expect(tokens[0]).toMatchObject({ sid: sessionId, azp: pageOrigin, sts: 'active' });
    expect(tokens[0]?.jti).not.toBe(tokens[1]?.jti);
    for (const { exp = 0, iat = 0 } of tokens) expect(exp - iat).toBe(5);
  });

  test('includes a token in the client', async () => {
    const { browser, sessionId } = await aSignedInBrowser(await aClerkLocal());
    const { body } = await browser.call('GET /v1/client');
    const schema = z.object({
      response: z.object({ sessions: z.tuple([z.object({ last_active_token: tokenSchema })]) }),
    });
    const [session] = schema.parse(body).response.sessions;
    expect(decodeJwt(session.last_active_token.jwt)).toMatchObject({
      sid: sessionId,
      azp: pageOrigin,
    });
  });

  test('does not expose private metadata', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const [user] = await clerk.users.list();
    await clerk.users.updateMetadata(user?.id ?? '', { private_metadata: { plan: 'secret' } });
    for (const route of ['GET /v1/client', 'GET /v1/me']) {
      expect(JSON.stringify((await browser.call(route)).body)).not.toContain('secret');
    }
  });

  test('keeps the client’s updated_at when touched, so that tokens stay valid', async () => {
    const clock = aClock();
    const { browser, sessionId } = await aSignedInBrowser(await aClerkLocal({ now: clock.now }));
    const before = clientSchema.parse((await browser.call('GET /v1/client')).body);
    clock.advance(60_000);
    const { body } = await browser.call(`POST /v1/client/sessions/${sessionId}/touch`, {
      active_organization_id: '',
    });
    expect(body).toMatchObject({
      response: { last_active_at: clock.now() },
      client: { updated_at: before.response.updated_at, last_active_session_id: sessionId },
    });
  });

  test.each(['end', 'remove'])(
    'ends with %s, which changes the client’s updated_at',
    async (action) => {
      const clock = aClock();
      const { browser, sessionId } = await aSignedInBrowser(await aClerkLocal({ now: clock.now }));
      clock.advance(1_000);
      const { body } = await browser.call(`POST /v1/client/sessions/${sessionId}/${action}`);
      expect(body).toMatchObject({
        response: { status: action === 'end' ? 'ended' : 'removed', last_active_token: null },
        client: { sessions: [], last_active_session_id: null, updated_at: clock.now() },
      });
      const token = await browser.call(`POST /v1/client/sessions/${sessionId}/tokens`, {});
      expect(token.status).toBe(401);
      expect(token.body).toMatchObject(errorOf('authentication_invalid'));
    },
  );

  test.each(['DELETE /v1/client/sessions', 'DELETE /v1/client'])('ends with %s', async (route) => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    const { body } = await browser.call(route);
    expect(body).toMatchObject({ response: { sessions: [] }, client: null });
  });

  test('ends with DELETE under the client’s id, and a new one can start', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { body } = await browser.call('GET /v1/client');
    const { id } = z.object({ response: z.object({ id: z.string() }) }).parse(body).response;
    const signedOut = await browser.call(`DELETE /v1/client/${id}/sessions`);
    expect(signedOut.body).toMatchObject({ response: { sessions: [] } });
    expect(await browser.signIn()).toMatch(/^sess_/);
  });

  test('is not found by another browser', async () => {
    const clerk = await aClerkLocal();
    const { sessionId } = await aSignedInBrowser(clerk);
    const other = await BrowserClient.register(clerk);
    for (const action of ['', '/touch', '/tokens', '/end', '/remove']) {
      const method = action === '' ? 'GET' : 'POST';
      const { status } = await other.call(`${method} /v1/client/sessions/${sessionId}${action}`);
      expect(status).toBe(404);
    }
  });

  test('ends when its user is deleted', async () => {
    const clerk = await aClerkLocal();
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const [user] = await clerk.users.list();
    await clerk.users.delete(user?.id ?? '');
    const { status } = await browser.call(`POST /v1/client/sessions/${sessionId}/tokens`, {});
    expect(status).toBe(401);
    const { body } = await browser.call('GET /v1/client');
    expect(body).toMatchObject({ response: { sessions: [] } });
  });

  test('expires after seven days', async () => {
    const clock = aClock();
    const { browser } = await aSignedInBrowser(await aClerkLocal({ now: clock.now }));
    clock.advance(7 * 86_400_000);
    const { body } = await browser.call('GET /v1/client');
    expect(body).toMatchObject({ response: { sessions: [] } });
  });
});

describe('a browser', () => {
  test('gets dev_browser_unauthenticated if it is unknown', async () => {
    const clerk = await aClerkLocal();
    for (const devBrowser of [undefined, 'dvb_unknown']) {
      const { status, body } = await new BrowserClient(clerk, devBrowser).call('GET /v1/client');
      expect(status).toBe(401);
      expect(body).toMatchObject(errorOf('dev_browser_unauthenticated'));
    }
  });

  test('is signed out when it is new', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    for (const route of ['GET /v1/client', 'POST /v1/client', 'PUT /v1/client']) {
      const { body } = await browser.call(route);
      expect(body).toMatchObject({
        response: { object: 'client', sessions: [], sign_in: null, sign_up: null },
        client: null,
      });
    }
  });
});
