import { createClerkClient } from '@clerk/backend';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
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
