import { describe, expect, test } from 'vitest';
import { webEnvironment } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';

describe('Clerk’s scripts', () => {
  test.each(['NEXT_PUBLIC_CLERK_JS_URL', 'NEXT_PUBLIC_CLERK_UI_URL'])(
    'are served at %s',
    async (variable) => {
      const url = webEnvironment(await aClerkLocal())[variable] ?? '';
      const response = await fetch(url, { headers: { origin: 'http://localhost:3000' } });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
      expect((await response.text()).length).toBeGreaterThan(50_000);
    },
  );

  test.each(['6', '6.40.0', 'latest', '^1.2.3', 'canary.v20260101'])(
    'are served for any version: %s',
    async (version) => {
      const { url } = await aClerkLocal();
      for (const [name, file] of [
        ['clerk-js', 'clerk.browser.js'],
        ['ui', 'ui.browser.js'],
      ]) {
        const path = `/npm/@clerk/${name ?? ''}@${encodeURIComponent(version)}/dist/${file ?? ''}`;
        expect((await fetch(`${url}${path}`)).status).toBe(200);
      }
    },
  );

  test('are revalidated, and not sent again if they are unchanged', async () => {
    const { url } = await aClerkLocal();
    const script = `${url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`;
    const first = await fetch(script);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag') ?? '';
    const second = await fetch(script, { headers: { 'if-none-match': etag } });
    expect(second.status).toBe(304);
  });

  test('are immutable if their name contains a version', async () => {
    const { url } = await aClerkLocal();
    const chunk = 'vendors_clerk.browser_a68c22_6.40.0.js';
    const response = await fetch(`${url}/npm/@clerk/clerk-js@6/dist/${chunk}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('immutable');
  });

  test.each([
    'clerk-js@6/dist/..%2Fpackage.json',
    'clerk-js@6/dist/..%2F..%2F..%2F..%2Fpackage.json',
    'clerk-js@6/dist/%2Fetc%2Fpasswd',
    'clerk-js@6/dist/..%5Cpackage.json',
    'clerk-js@6/dist/types',
    'clerk-js@6/dist/clerk.browser.js%00.js',
    'clerk-js@6/dist/nothing.js',
    'ui@1/dist/../package.json',
    'backend@3/dist/index.js',
  ])('are the only files served: %s', async (path) => {
    const { url } = await aClerkLocal();
    const response = await fetch(`${url}/npm/@clerk/${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/"code":"(resource_not_found|not_emulated)"/);
  });
});
