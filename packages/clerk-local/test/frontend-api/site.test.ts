import { createClerkClient } from '@clerk/backend';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aSignedInBrowser } from './support/browser-client.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { anHttpServer } from '../support/http-server.js';

function sdk(clerk: ClerkLocal): ReturnType<typeof createClerkClient> {
  return createClerkClient({ apiUrl: clerk.url, secretKey: clerk.secretKey });
}

function follow(clerk: ClerkLocal, path: string): Promise<Response> {
  return fetch(`${clerk.url}${path}`, { redirect: 'manual' });
}

/** Starts a proxy of the Frontend API at `/__clerk`. Returns its URL. */
async function aProxy(clerk: ClerkLocal, headers: Record<string, string>): Promise<string> {
  const origin = await anHttpServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/__clerk/, '');
    void fetch(`${clerk.url}${path}`, { headers }).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    });
  });
  return `${origin}/__clerk`;
}

test('the link of an agent task signs a browser in at the task’s page, once', async () => {
  const clerk = await aClerkLocal();
  const { id: userId } = await clerk.users.create({ email_address: ['ada@example.com'] });
  const { url } = await sdk(clerk).agentTasks.create({
    onBehalfOf: { userId },
    permissions: '*',
    agentName: 'crawler',
    taskDescription: 'Reads the dashboard.',
    redirectUrl: 'http://localhost:3000/dashboard',
  });

  const response = await fetch(url, { redirect: 'manual' });

  expect(response.status).toBe(307);
  const page = new URL(response.headers.get('location') ?? '');
  expect(page.origin + page.pathname).toBe('http://localhost:3000/dashboard');
  const nonce = page.searchParams.get('__clerk_handshake_nonce') ?? '';
  const { directives } = await sdk(clerk).clients.getHandshakePayload({ nonce });
  const token = directives.map((each) => /^__session=([^;]+)/.exec(each)?.[1]).find(Boolean);
  expect(decodeJwt(token ?? '').sub).toBe(userId);
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
});

test('a proxy is checked by a request through it', async () => {
  const clerk = await aClerkLocal();
  const { proxyChecks, domains } = sdk(clerk);
  const domainId = (await domains.list()).data[0]?.id ?? '';
  const headers = {
    'clerk-proxy-url': 'http://localhost:3000/__clerk',
    'clerk-secret-key': clerk.secretKey,
    'x-forwarded-for': '127.0.0.1',
  };
  const check = (proxyUrl: string): Promise<{ successful: boolean }> =>
    proxyChecks.verify({ domainId, proxyUrl });

  expect((await check(await aProxy(clerk, headers))).successful).toBe(true);
  const withoutKey = { ...headers, 'clerk-secret-key': 'sk_test_of_another_instance' };
  expect((await check(await aProxy(clerk, withoutKey))).successful).toBe(false);
  expect((await check('http://127.0.0.1:1/__clerk')).successful).toBe(false);
  await expect(check('https://example.com/__clerk')).rejects.toMatchObject({ status: 422 });
});

test('a change of the domain renames it, shows in the environment, and signs users out', async () => {
  const clerk = await aClerkLocal();
  const { id: userId } = await clerk.users.create({ email_address: ['ada@example.com'] });
  const { id } = await clerk.createSession(userId);
  const { betaFeatures, domains, sessions } = sdk(clerk);

  await betaFeatures.changeDomain({ homeUrl: 'https://www.example.com', isSecondary: false });

  expect((await domains.list()).data[0]?.name).toBe('www.example.com');
  expect((await sessions.getSession(id)).status).toBe('revoked');
  const environment: unknown = await (await follow(clerk, '/v1/environment')).json();
  const { display_config } = z
    .object({ display_config: z.object({ home_url: z.string() }) })
    .parse(environment);
  expect(display_config.home_url).toBe('https://www.example.com');
  const response = await callBackendApi(clerk, {
    method: 'POST',
    path: '/v1/instance/change_domain',
    json: { home_url: 'not a URL' },
  });
  expect(response.status).toBe(422);
});

test('redirects to pages of this machine only', async () => {
  const clerk = await aClerkLocal();
  const page = await follow(clerk, '/v1/redirect?redirect_url=http://localhost:3000/a');
  expect([page.status, page.headers.get('location')]).toEqual([307, 'http://localhost:3000/a']);
  const standard = await follow(clerk, '/v1/redirect');
  expect(standard.headers.get('location')).toBe(`${clerk.url}/user`);
  expect((await follow(clerk, '/v1/redirect?redirect_url=https://example.com')).status).toBe(400);
});

test('clears the site’s data, and has no native applications', async () => {
  const clerk = await aClerkLocal();
  const cleared = await follow(clerk, '/v1/clear-site-data');
  expect([cleared.status, cleared.headers.get('clear-site-data')]).toEqual([200, '"*"']);
  expect(await (await follow(clerk, '/.well-known/assetlinks.json')).json()).toEqual([]);
  const apple = await follow(clerk, '/.well-known/apple-app-site-association');
  expect(await apple.json()).toEqual({ webcredentials: { apps: [] } });
});

test('a page of a satellite gets the primary domain’s browser and session, once', async () => {
  const clerk = await aClerkLocal();
  const { browser, sessionId } = await aSignedInBrowser(clerk);
  await sdk(clerk).domains.add({ name: 'satellite.example', is_satellite: true });
  const redirect = encodeURIComponent('http://127.0.0.1:3001/a?b=c');
  const sync = (domain: string): Promise<Response> =>
    follow(
      clerk,
      `/v1/client/sync?link_domain=${domain}&redirect_url=${redirect}&__clerk_db_jwt=${browser.devBrowser}`,
    );
  const started = await sync('satellite.example');
  const link = started.headers.get('location') ?? '';
  expect([started.status, link]).toEqual([307, expect.stringContaining('/v1/client/link?')]);
  const linked = await follow(clerk, link);
  const page = new URL(linked.headers.get('location') ?? '');
  expect(page.origin + page.pathname).toBe('http://127.0.0.1:3001/a');
  expect([page.searchParams.get('b'), page.searchParams.get('__clerk_synced')]).toEqual([
    'c',
    'true',
  ]);
  const nonce = page.searchParams.get('__clerk_handshake_nonce') ?? '';
  const { directives } = await sdk(clerk).clients.getHandshakePayload({ nonce });
  const cookie = (name: string): string | undefined =>
    directives.map((each) => new RegExp(`^${name}=([^;]+)`).exec(each)?.[1]).find(Boolean);
  expect(cookie('__clerk_db_jwt')).toBe(browser.devBrowser);
  expect(decodeJwt(cookie('__session') ?? '')['sid']).toBe(sessionId);
  expect((await follow(clerk, link)).status).toBe(404);
  expect((await sync('other.example')).status).toBe(404);
  const foreign = '/v1/client/sync?redirect_url=https://example.com';
  expect((await follow(clerk, foreign)).status).toBe(400);
});

test('the cookies of a browser are set on the instance’s host, for pages of this machine', async () => {
  const clerk = await aClerkLocal();
  const { browser, sessionId } = await aSignedInBrowser(clerk);
  const post = (origin: string): Promise<Response> =>
    fetch(
      `${clerk.url}/v1/dev_browser/set_first_party_cookie?__clerk_db_jwt=${browser.devBrowser}`,
      { method: 'POST', headers: { origin } },
    );
  const response = await post('http://localhost:3000');
  const cookies = response.headers.getSetCookie();
  expect(cookies).toContainEqual(expect.stringMatching(`^__clerk_db_jwt=${browser.devBrowser};`));
  const token = cookies.map((each) => /^__session=([^;]+)/.exec(each)?.[1]).find(Boolean);
  expect(decodeJwt(token ?? '')['sid']).toBe(sessionId);
  expect((await post('https://example.com')).status).toBe(400);
});

test('a token for another service comes from the JWT template with its name', async () => {
  const clerk = await aClerkLocal();
  const { browser } = await aSignedInBrowser(clerk);
  const json = { name: 'hasura', claims: { email: '{{user.primary_email_address}}' } };
  await callBackendApi(clerk, { method: 'POST', path: '/v1/jwt_templates', json });
  const { body } = await browser.call('POST /v1/me/tokens', { service: 'hasura' });
  const { jwt } = z.object({ jwt: z.string() }).parse(body);
  expect(decodeJwt(jwt)).toMatchObject({ email: 'ada@example.com' });
  expect((await browser.call('POST /v1/me/tokens', { service: 'firebase' })).status).toBe(404);
});

test('has no related origins for passkeys, as their host is the page’s', async () => {
  const clerk = await aClerkLocal();
  expect((await follow(clerk, '/.well-known/webauthn')).status).toBe(404);
});
