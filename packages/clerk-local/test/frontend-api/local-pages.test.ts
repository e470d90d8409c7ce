import { describe, expect, it } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import { BrowserClient, errorOf } from './support/browser-client.js';

describe('a page', () => {
  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
    'at %s may read the answers, refusals among them',
    async (origin) => {
      const clerk = await aClerkLocal();
      const browser = await BrowserClient.arrive(clerk, origin);
      for (const route of ['GET /v1/client', 'GET /v1/me', 'GET /v1/nothing', 'PATCH /v1/me']) {
        const { headers } = await browser.call(route);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-credentials')).toBe('true');
        expect(headers.get('vary')).toMatch(/origin/i);
        expect(headers.get('access-control-expose-headers')).toContain('Clerk-Db-Jwt');
      }
    },
  );

  it.each(['https://evil.example', 'http://localhost.evil.example', 'null'])(
    'at %s may not',
    async (origin) => {
      const { url } = await aClerkLocal();
      for (const method of ['GET', 'OPTIONS']) {
        const response = await fetch(`${url}/v1/environment`, { method, headers: { origin } });
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );

  it('may ask before it sends', async () => {
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

  it.each(['POST /v1/client/sign_ins/sia_1/reset_password', 'PATCH /v1/waitlist'])(
    'that asks for %s is told that it is not emulated',
    async (route) => {
      const browser = await BrowserClient.arrive(await aClerkLocal());
      const { status, body } = await browser.call(route, {});
      expect(status).toBe(404);
      expect(body).toMatchObject(errorOf('not_emulated'));
      expect(JSON.stringify(body)).toContain(route);
    },
  );

  it.each(['TRACE', ' ', 'GET'])('that sends a POST as "%s" has sent a POST', async (method) => {
    const { url } = await aClerkLocal();
    const query = new URLSearchParams({ _method: method }).toString();
    const response = await fetch(`${url}/v1/dev_browser?${query}`, { method: 'POST' });
    expect(response.status).toBe(200);
  });

  it('is told the name of the application', async () => {
    const browser = await BrowserClient.arrive(await aClerkLocal({ applicationName: 'Populatte' }));
    const { body } = await browser.call('GET /v1/environment');
    expect(body).toMatchObject({ display_config: { application_name: 'Populatte' } });
  });
});
