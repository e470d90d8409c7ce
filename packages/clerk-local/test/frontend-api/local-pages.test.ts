import { describe, expect, test } from 'vitest';
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

  test('returns the application name in the environment', async () => {
    const browser = await BrowserClient.register(
      await aClerkLocal({ applicationName: 'Populatte' }),
    );
    const { body } = await browser.call('GET /v1/environment');
    expect(body).toMatchObject({ display_config: { application_name: 'Populatte' } });
  });
});
