import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aClerkLocal } from '../support/clerk-local.js';
import { BrowserClient, errorOf } from './support/browser-client.js';

describe('the Frontend API', () => {
  test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
    'lets a page at %s read every response, including errors',
    async (origin) => {
      const clerk = await aClerkLocal();
      const browser = await BrowserClient.register(clerk, origin);
      for (const route of ['GET /v1/client', 'GET /v1/me', 'GET /v1/nothing', 'PATCH /v1/me']) {
        const { headers } = await browser.call(route);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-credentials')).toBe('true');
        expect(headers.get('vary')).toMatch(/origin/i);
        expect(headers.get('access-control-expose-headers')).toContain('Clerk-Db-Jwt');
      }
    },
  );

  test.each(['https://evil.example', 'http://localhost.evil.example', 'null'])(
    'does not let a page at %s read responses',
    async (origin) => {
      const { url } = await aClerkLocal();
      for (const method of ['GET', 'OPTIONS']) {
        const response = await fetch(`${url}/v1/environment`, { method, headers: { origin } });
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );

  test('responds to preflight requests', async () => {
    const { url } = await aClerkLocal();
    const response = await fetch(`${url}/v1/client`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization');
  });

  test('names POST /v1/me/billing/checkouts as not emulated', async () => {
    const route = 'POST /v1/me/billing/checkouts';
    const browser = await BrowserClient.register(await aClerkLocal());
    const { status, body } = await browser.call(route, {});
    expect(status).toBe(501);
    expect(body).toMatchObject(errorOf('not_emulated'));
    expect(JSON.stringify(body)).toContain(route);
  });

  test.each(['TRACE', ' ', 'GET'])('ignores _method=%s', async (method) => {
    const { url } = await aClerkLocal();
    const query = new URLSearchParams({ _method: method }).toString();
    const response = await fetch(`${url}/v1/dev_browser?${query}`, { method: 'POST' });
    expect(response.status).toBe(200);
  });

  test('names the pages of the Account Portal, as on a development instance', async () => {
    const clerk = await aClerkLocal();
    const browser = await BrowserClient.register(clerk);
    const { body } = await browser.call('GET /v1/environment');
    const { display_config: config } = z
      .object({ display_config: z.record(z.string(), z.unknown()) })
      .parse(body);
    const back = `${clerk.url}/default-redirect`;
    expect(config).toMatchObject({
      home_url: back,
      sign_in_url: `${clerk.url}/sign-in`,
      sign_up_url: `${clerk.url}/sign-up`,
      user_profile_url: `${clerk.url}/user`,
      waitlist_url: `${clerk.url}/waitlist`,
      after_sign_in_url: back,
      after_sign_up_url: back,
      after_sign_out_one_url: `${clerk.url}/sign-in/choose`,
      after_sign_out_all_url: `${clerk.url}/sign-in`,
      after_switch_session_url: back,
      after_join_waitlist_url: back,
      organization_profile_url: `${clerk.url}/organization`,
      create_organization_url: `${clerk.url}/create-organization`,
      after_leave_organization_url: back,
      after_create_organization_url: back,
      logo_link_url: back,
    });
    const { body: portal } = await browser.call('GET /v1/account_portal');
    expect(portal).toMatchObject({ after_sign_in_url: back, logo_link_url: back });
    for (const [name, url] of Object.entries(config)) {
      if (!name.endsWith('_url') || typeof url !== 'string' || url === '') continue;
      expect([name, (await fetch(url)).status]).toEqual([name, 200]);
    }
  });

  test('leads back to the last application of a browser, else to its account', async () => {
    const clerk = await aClerkLocal();
    const back = async (
      { devBrowser = '' }: BrowserClient,
      referer = '',
    ): Promise<string | null> => {
      const query = new URLSearchParams({ __clerk_db_jwt: devBrowser }).toString();
      const url = `${clerk.url}/default-redirect?${query}`;
      const response = await fetch(url, { redirect: 'manual', headers: { referer } });
      return response.headers.get('location');
    };
    const browser = await BrowserClient.register(clerk, 'http://localhost:3000');
    expect(await back(browser)).toBe('/user');
    await browser.call('PATCH /v1/environment');
    // Pages of the portal itself and of other machines are no applications.
    for (const origin of [clerk.url, 'https://evil.example', 'null']) {
      await new BrowserClient(clerk, browser.devBrowser, origin).call('PATCH /v1/environment');
    }
    const page = new URL((await back(browser)) ?? '');
    expect(page.origin + page.pathname).toBe('http://localhost:3000/');
    expect(page.searchParams.get('__clerk_db_jwt')).toBe(browser.devBrowser);
    const other = await BrowserClient.register(clerk, 'http://localhost:3001');
    expect(await back(other)).toBe('/user');
    expect(await back(other, `${clerk.url}/user`)).toBe('/user');
    expect(await back(other, 'https://evil.example/')).toBe('/user');
    expect(await back(browser, 'http://localhost:3002/settings')).toBe('http://localhost:3002/');
  });

  test('returns the application name in the environment', async () => {
    const browser = await BrowserClient.register(
      await aClerkLocal({ applicationName: 'Populatte' }),
    );
    const { body } = await browser.call('GET /v1/environment');
    expect(body).toMatchObject({ display_config: { application_name: 'Populatte' } });
  });
});
