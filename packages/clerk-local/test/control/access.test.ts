import { describe, expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';

const paths = ['/_local/faults', '/_local/deliveries', '/_local/requests'];

describe('the control API', () => {
  test.each<[string, (url: string, key: string) => Record<string, string>]>([
    ['the secret key', (_url, key) => ({ authorization: `Bearer ${key}` })],
    ['a same-origin request of a browser', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['its own origin', (url) => ({ origin: url })],
  ])('allows %s', async (_name, headers) => {
    const clerk = await aClerkLocal();
    for (const path of paths) {
      const response = await fetch(clerk.url + path, {
        headers: headers(clerk.url, clerk.secretKey),
      });
      expect(response.status).toBe(200);
    }
  });

  test.each<[string, Record<string, string>]>([
    ['no credentials', {}],
    ['another key', { authorization: 'Bearer sk_test_wrong' }],
    [
      'a page of another origin',
      { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
    ],
    ['a page of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a link', { 'sec-fetch-site': 'none' }],
    ['an opaque origin', { origin: 'null' }],
  ])('refuses %s', async (_name, headers) => {
    const clerk = await aClerkLocal();
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const response = await fetch(clerk.url + path, { method, headers });
        expect(response.status).toBe(401);
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  });

  test('refuses preflight requests of pages on this machine', async () => {
    const { url } = await aClerkLocal();
    const response = await fetch(`${url}/_local/faults`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(response.ok).toBe(false);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
