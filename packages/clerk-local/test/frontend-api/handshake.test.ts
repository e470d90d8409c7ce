import { createClerkClient } from '@clerk/backend';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Handshakes } from '../../src/domain/sessions/handshakes.js';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock } from '../support/clock.js';
import { aSignedInBrowser, BrowserClient, pageOrigin, errorOf } from './support/browser-client.js';

type Client = ReturnType<typeof createClerkClient>;
type RequestState = Awaited<ReturnType<Client['authenticateRequest']>>;

/** Authenticates a page visit as the middleware of `@clerk/nextjs` does. */
function visit(
  clerk: ClerkLocal,
  url: string,
  cookie = '',
  options: Parameters<Client['authenticateRequest']>[1] = {},
): Promise<RequestState> {
  const { publishableKey, secretKey } = clerk;
  const client = createClerkClient({
    apiUrl: clerk.url,
    publishableKey,
    secretKey,
    telemetry: { disabled: true },
  });
  const headers = { accept: 'text/html', 'sec-fetch-dest': 'document', cookie };
  return client.authenticateRequest(new Request(url, { headers }), {
    proxyUrl: clerk.url,
    ...options,
  });
}

/** Follows the handshake that a visit requires. Returns the URL that it redirects back to. */
async function follow(state: RequestState): Promise<string> {
  expect(state.status).toBe('handshake');
  const response = await fetch(state.headers.get('location') ?? '', { redirect: 'manual' });
  expect(response.status).toBe(307);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return response.headers.get('location') ?? '';
}

function cookieHeader(state: RequestState): string {
  return state.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');
}

const handshake = `/v1/client/handshake?format=nonce&redirect_url=${encodeURIComponent(pageOrigin)}`;

describe('a handshake of Clerk’s backend SDK', () => {
  test('registers a browser on its first visit', async () => {
    const clerk = await aClerkLocal();
    const page = `${pageOrigin}/dashboard?tab=1`;

    const back = await follow(await visit(clerk, page));
    expect(back).toMatch(/^http:\/\/localhost:3000\/dashboard\?tab=1&__clerk_handshake_nonce=hsn_/);
    const state = await visit(clerk, back);

    const cookies = state.headers.getSetCookie();
    expect(cookies.join('\n')).toMatch(/^__clerk_db_jwt=dvb_/m);
    expect(cookies.join('\n')).toMatch(/^__client_uat=0; Path=\/; Domain=localhost;/m);
    expect(cookies.join('\n')).not.toMatch(/HttpOnly/i);
    expect((await visit(clerk, page, cookieHeader(state))).status).toBe('signed-out');
  });

  test('restores the session of a browser that lost its token', async () => {
    const clerk = await aClerkLocal();
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const cookie = `__clerk_db_jwt=${browser.devBrowser ?? ''}; __client_uat=1`;

    const back = await follow(await visit(clerk, pageOrigin, cookie));
    const set = await visit(clerk, back, cookie);
    const state = await visit(clerk, pageOrigin, cookieHeader(set));

    expect(state.status).toBe('signed-in');
    const auth = state.toAuth();
    expect(auth).toMatchObject({ sessionId });
    // A navigation carries no Origin header, so Clerk's handshake mints a token without azp.
    expect(auth?.sessionClaims).not.toHaveProperty('azp');
  });
});

describe('an expired token', () => {
  test('is refreshed by Clerk’s backend SDK with the cookie of the handshake', async () => {
    const clerk = await aClerkLocal({ enable: ['refresh_cookie'], tokenLifetimeSeconds: 1 });
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const first = `__clerk_db_jwt=${browser.devBrowser ?? ''}; __client_uat=1`;
    const back = await follow(await visit(clerk, pageOrigin, first));
    const set = await visit(clerk, back, first);
    expect(set.headers.getSetCookie().join('\n')).toMatch(/^__refresh=.*HttpOnly/m);
    const cookie = cookieHeader(set);
    // The SDK accepts a token for five more seconds.
    await sleep(6_500);
    clerk.setTokenLifetime(60);

    const state = await visit(clerk, pageOrigin, cookie);
    expect(state.status).toBe('signed-in');
    expect(state.toAuth()).toMatchObject({ sessionId, sessionClaims: { azp: pageOrigin } });
    expect(state.headers.getSetCookie().join('\n')).toMatch(/^__session=ey/m);

    await callBackendApi(clerk, { method: 'POST', path: `/v1/sessions/${sessionId}/revoke` });
    const json = { expired_token: 'x', refresh_token: 'y', request_origin: pageOrigin };
    const path = `/v1/sessions/${sessionId}/refresh`;
    expect((await callBackendApi(clerk, { method: 'POST', path, json })).status).toBe(401);
  });

  test('is not refreshed with the token of another session', async () => {
    const clerk = await aClerkLocal();
    const { id: userId } = await clerk.users.create({ email_address: ['ada@example.com'] });
    const { id } = await clerk.createSession(userId);
    const expired_token = await clerk.sessionToken({ userId, sessionId: id });
    const json = { expired_token, refresh_token: 'forged', request_origin: pageOrigin };
    const path = `/v1/sessions/${id}/refresh`;
    const response = await callBackendApi(clerk, { method: 'POST', path, json });
    expect([response.status, await response.json()]).toMatchObject([
      401,
      errorOf('refresh_token_not_found'),
    ]);
  });
});

describe('a handshake', () => {
  test.each([
    'https://evil.example/',
    'http://localhost.evil.example/',
    'http://127.0.0.1.evil.example/',
    'http://localhost@evil.example/',
    'javascript:alert(1)',
    '//evil.example',
    'nowhere',
  ])('does not redirect to %s', async (url) => {
    const clerk = await aClerkLocal();
    const query = new URLSearchParams({ format: 'nonce', redirect_url: url });
    const browser = new BrowserClient(clerk, undefined);
    const { status, body } = await browser.call(`GET /v1/client/handshake?${query.toString()}`);
    expect(status).toBe(400);
    expect(body).toMatchObject(errorOf('invalid_url', 'redirect_url'));
  });

  test.each(['http://127.0.0.1:3000/', 'http://[::1]:3000/', 'http://app.localhost:3000/'])(
    'redirects back to %s',
    async (url) => {
      const clerk = await aClerkLocal();
      const query = new URLSearchParams({ format: 'nonce', redirect_url: url });
      const { status, headers } = await new BrowserClient(clerk, undefined).call(
        `GET /v1/client/handshake?${query.toString()}`,
      );
      expect(status).toBe(307);
      expect(headers.get('location')?.startsWith(url)).toBe(true);
    },
  );

  test('of an older SDK, which does not ask for a nonce, returns signed cookies', async () => {
    const clerk = await aClerkLocal();
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const cookie = `__clerk_db_jwt=${browser.devBrowser ?? ''}; __client_uat=1`;
    const { headers } = await visit(clerk, pageOrigin, cookie);
    const location = new URL(headers.get('location') ?? '');
    location.searchParams.delete('format');
    const { headers: back } = await fetch(location, { redirect: 'manual' });
    const set = await visit(clerk, back.get('location') ?? '', cookie);
    expect((await visit(clerk, pageOrigin, cookieHeader(set))).toAuth()).toMatchObject({
      sessionId,
    });
  });

  test('activates the organization that the page belongs to', async () => {
    const clerk = await aClerkLocal();
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    for (const name of ['Acme', 'Babbage']) {
      await browser.call('POST /v1/organizations', { name });
    }
    const organizationSyncOptions = {
      organizationPatterns: ['/orgs/:slug', '/orgs/:slug/(.*)'],
      personalAccountPatterns: ['/me'],
    };
    const cookie = `__clerk_db_jwt=${browser.devBrowser ?? ''}; __client_uat=1`;
    const lost = await visit(clerk, await follow(await visit(clerk, pageOrigin, cookie)), cookie);
    let cookies = cookieHeader(lost);
    for (const [page, expected] of [
      ['/orgs/acme', 'acme'],
      ['/orgs/babbage', 'babbage'],
      ['/me', undefined],
    ] as const) {
      const url = `${pageOrigin}${page}`;
      const back = await follow(await visit(clerk, url, cookies, { organizationSyncOptions }));
      cookies = cookieHeader(await visit(clerk, back, cookies, { organizationSyncOptions }));
      const state = await visit(clerk, url, cookies, { organizationSyncOptions });
      expect(state.status).toBe('signed-in');
      expect(state.toAuth()).toMatchObject({ sessionId, orgSlug: expected });
    }
  });

  test('is redeemed only once, and only with the secret key', async () => {
    const clerk = await aClerkLocal();
    const path = await payloadPath(clerk);
    const headers = { authorization: 'Bearer sk_test_of_another_instance' };
    expect((await callBackendApi(clerk, { method: 'GET', path, headers })).status).toBe(401);
    const taken = await callBackendApi(clerk, { method: 'GET', path });
    expect(await taken.text()).toMatch(/^\{"directives":\["__clerk_db_jwt=dvb_/);
    expect((await callBackendApi(clerk, { method: 'GET', path })).status).toBe(404);
  });

  test('expires after a minute', () => {
    let elapsedMs = 0;
    const handshakes = new Handshakes(() => elapsedMs);
    const [early, late] = [handshakes.issue(['a=1']), handshakes.issue(['b=2'])];
    elapsedMs = 59_999;
    expect(handshakes.redeem(early)).toEqual(['a=1']);
    elapsedMs = 60_000;
    expect(() => handshakes.redeem(late)).toThrow(expect.objectContaining({ status: 404 }));
  });

  test.each([7_200_000, -7_200_000])(
    'stays valid if the wall clock jumps by %i ms',
    async (correctionMs) => {
      const clock = aClock();
      const clerk = await aClerkLocal({ now: clock.now });
      const path = await payloadPath(clerk);
      clock.advance(correctionMs);
      expect((await callBackendApi(clerk, { method: 'GET', path })).status).toBe(200);
    },
  );
});

async function payloadPath(clerk: ClerkLocal): Promise<string> {
  const { headers } = await new BrowserClient(clerk, undefined).call(`GET ${handshake}`);
  const location = new URL(headers.get('location') ?? '');
  const nonce = location.searchParams.get('__clerk_handshake_nonce') ?? '';
  return `/v1/clients/handshake_payload?nonce=${nonce}`;
}
