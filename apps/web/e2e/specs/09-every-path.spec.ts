import type { Page } from '@playwright/test';
import { addresses } from '../stack/addresses';
import { sendRaw } from '../support/raw-request';
import { expect, test } from '../support/test';

const html = { accept: 'text/html', 'sec-fetch-dest': 'document' };

const filePaths = [
  '/account/x.png',
  '/account/x.js',
  '/account/security/x.svg',
  '/account/x%2Epng',
  '/account/x.unknown',
  '/account/.env',
  '/sign-in/x.png',
  '/sign-in/factor-one/x.css',
  '/sign-up/x.ico',
  '/dashboard/x.png',
  '/foo.js',
  '/foo.webmanifest',
  '/a/b/c.woff2',
  '/favicon.ico',
  '/robots.txt',
  '/_next/x.js',
];

/** Not valid percent-encoded UTF-8. */
const undecodablePaths = [
  '/%zz',
  '/sign-in/%zz',
  '/account/a/%E0%A4%A',
  '/%61ccount/%ff',
  '/sign-up/%',
];

const otherPaths = [
  '/',
  '/sign-in',
  '/sign-up',
  '/dashboard',
  '/account',
  '/no/such/page',
  '/api/x',
  '/_next/data/build/dashboard.json',
];

function expectNonce(policy: string | string[] | undefined, path: string): void {
  expect(String(policy), path).toMatch(/script-src [^;]*'nonce-[A-Za-z0-9+/=]{20,}'/);
}

test('every path has a Content-Security-Policy with a nonce, in any spelling', async () => {
  for (const path of [...otherPaths, ...undecodablePaths, ...filePaths]) {
    for (const headers of [html, {}, { rsc: '1' }]) {
      const answer = await sendRaw(path, headers);
      expectNonce(answer.headers['content-security-policy'], path);
    }
  }
});

test('a trailing slash is redirected, with a policy and with Strict-Transport-Security', async () => {
  for (const path of ['/dashboard/', '/sign-in/?a=b%2F&c=d', '/foo.css/', '/no/such/page/']) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const { status, headers } = await sendRaw(path, html, method);
      expect(status, path).toBe(308);
      expect(headers.location, path).toBe(path.replace(/\/(?=\?|$)/, ''));
      expectNonce(headers['content-security-policy'], path);
      expect(headers['strict-transport-security'], path).toContain('max-age');
    }
  }
});

test('a path with // or a backslash is redirected to one without, with the same headers', async () => {
  for (const path of ['//evil.example/x', '/a//b?c=%2F', '/a\\b', '/dashboard//', '/_next//x']) {
    const { status, headers } = await sendRaw(path, html);
    expect(status, path).toBe(308);
    expect(headers.location, path).toMatch(/^\/[^/\\]/);
    expectNonce(headers['content-security-policy'], path);
    expect(headers['x-content-type-options'], path).toBe('nosniff');
  }
});

test('a path that cannot be decoded is a 404', async ({ control }) => {
  for (const path of undecodablePaths) {
    for (const headers of [html, {}, { rsc: '1' }]) {
      const { status, body } = await sendRaw(path, headers);
      expect(status, path).toBe(404);
      expect(body, path).not.toContain('Internal Server Error');
    }
  }
  expect(await control.readWebLog()).not.toMatch(/error|⨯/i);
});

test('TRACE gets 405 with Allow, and OPTIONS * an answer', async ({ control }) => {
  for (const path of ['/', '/dashboard', '/no/such/page']) {
    const { status, headers } = await sendRaw(path, {}, 'TRACE');
    expect(status, path).toBe(405);
    expect(headers.allow, path).toBe('GET, HEAD');
  }
  expect((await sendRaw('*', {}, 'OPTIONS')).status).toBe(204);
  expect(await control.readWebLog()).not.toMatch(/error|⨯/i);
});

test('a form, which no page accepts, gets 415, and a wrong call of an action 400 or 403', async ({
  control,
}) => {
  for (const path of ['/', '/dashboard', '/sign-in', '/no/such/page']) {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=a']) {
      const { status, headers } = await sendRaw(path, { 'content-type': type }, 'POST');
      expect(status, path).toBe(415);
      expectNonce(headers['content-security-policy'], path);
    }
    const call = { 'next-action': 'x', origin: 'garbage' };
    expect((await sendRaw(path, call, 'POST')).status, path).toBe(400);
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await sendRaw(path, { ...call, origin }, 'POST');
      expect(answer.status, path).toBe(403);
      expect(answer.headers['content-type'], path).toBe('text/plain');
      expect(answer.body, path).toContain('Only pages of this app');
    }
  }
  expect(await control.readWebLog()).not.toMatch(/error|⨯/i);
});

test('behind a reverse proxy that terminates TLS, every path works', async ({ control }) => {
  const { host } = new URL(addresses.web);
  const proxied = { 'x-forwarded-host': host, 'x-forwarded-proto': 'https' };
  expect((await sendRaw('/', proxied)).status).toBe(200);
  expect((await sendRaw('/sign-in', proxied)).status).toBe(200);
  expect((await sendRaw('/account/x.png', proxied)).status).toBe(404);
  expect((await sendRaw('/sign-in/', proxied)).headers.location).toBe('/sign-in');
  expect((await sendRaw('/dashboard', proxied)).headers.location).toContain(
    `https://${host}/sign-in`,
  );
  expect(await control.readWebLog()).not.toMatch(/error|⨯/i);
});

test('malformed headers of a reverse proxy are ignored', async () => {
  const malformed: Readonly<Record<string, string>>[] = [
    { 'x-forwarded-host': '', 'x-forwarded-proto': '' },
    { 'x-forwarded-host': ']]]', 'x-forwarded-proto': 'https' },
    { 'x-forwarded-proto': ', https' },
  ];
  for (const headers of malformed) {
    const { headers: answered } = await sendRaw('/dashboard', headers);
    const { host } = new URL(String(answered.location));
    expect(host, JSON.stringify(headers)).toBe(new URL(addresses.web).host);
  }
});

test('a page uses the nonce of its own policy, which differs per response', async () => {
  const nonces = new Set<string>();
  for (const path of ['/sign-in', '/sign-in', '/foo.js', '/sign-in/x.png']) {
    const { headers, body } = await sendRaw(path, {});
    const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? '';
    expect(body, path).toContain(`nonce="${nonce}"`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(4);
});

test('a path that looks like a file is a 404 or a redirect to sign-in when signed out', async ({
  control,
}) => {
  for (const path of filePaths) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT']) {
      for (const headers of [html, {}, { accept: 'image/*' }, { rsc: '1' }]) {
        const { status, headers: answered } = await sendRaw(path, headers, method);
        const isSignIn = status === 307 && String(answered.location).includes('/sign-in');
        expect(status === 404 || isSignIn, `${method} ${path}: ${status}`).toBe(true);
      }
    }
  }
  expect(await control.readWebLog()).not.toMatch(/error|⨯/i);
});

test('a path that looks like a file is a 404 when signed in', async ({
  visitor,
  control,
  page,
}) => {
  await visitor.arrive();
  const cookie = await cookieOf(page);

  expect((await sendRaw('/dashboard', { ...html, cookie })).status).toBe(200);
  for (const path of filePaths) {
    for (const method of ['GET', 'POST']) {
      for (const headers of [html, {}, { rsc: '1' }]) {
        const answer = await sendRaw(path, { ...headers, cookie }, method);
        expect(answer.status, `${method} ${path}`).toBe(404);
        expectNonce(answer.headers['content-security-policy'], path);
      }
    }
  }
  expect(await control.readWebLog()).not.toMatch(/error|⨯/i);
});

test('existing files are served without a session', async ({ page }) => {
  const scripts: string[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/_next/static/')) scripts.push(`${response.status()}`);
  });
  await page.goto('/');
  expect(scripts.length).toBeGreaterThan(3);
  expect(new Set(scripts)).toEqual(new Set(['200']));
  expect((await page.request.get('/icon.svg')).headers()['content-type']).toContain('image/svg');
});

test('other names of this machine redirect to the app’s own origin', async () => {
  const { port, origin } = new URL(addresses.web);
  const names = ['127.0.0.1', '127.0.0.2', '[::1]', '0.0.0.0', 'LOCALHOST', 'app.localhost'];
  for (const name of names) {
    for (const path of ['/', '/dashboard?a=b&c=%2F', '/sign-in']) {
      const { status, headers } = await sendRaw(path, { ...html, host: `${name}:${port}` });
      if (name === 'LOCALHOST') {
        expect(headers.location ?? '', name).not.toContain('LOCALHOST');
        continue;
      }
      expect(status, name + path).toBe(307);
      expect(headers.location, name).toBe(origin + path);
    }
  }
});

test('names of other machines are not redirected', async () => {
  for (const host of ['example.com', '127.0.0.1.example.com', 'localhost.example.com']) {
    const { status } = await sendRaw('/', { host });
    expect(status, host).toBe(200);
  }
});

test('responses carry Strict-Transport-Security', async () => {
  test.skip(process.env['E2E_MODE'] === 'dev', '`next dev` is not served over https');
  const { headers } = await sendRaw('/', html);
  expect(headers['strict-transport-security']).toMatch(/^max-age=\d{7,}/);
});

// Last, because Clerk's SDK logs each nonce that it cannot redeem.
test('a handshake that Clerk did not make is ignored, on every path', async () => {
  const made = ['?__clerk_handshake=x', '?__clerk_handshake=a.b.c', '?__clerk_handshake_nonce=x'];
  for (const path of ['/', '/dashboard', '/sign-in', '/foo.css', '/account/x.png']) {
    for (const query of ['', ...made]) {
      for (const cookie of ['', '__clerk_handshake=x.y.z', '__clerk_handshake_nonce=x']) {
        for (const method of ['GET', 'POST']) {
          const answer = await sendRaw(path + query, { ...html, cookie }, method);
          expect(answer.status, `${method} ${path}${query} ${cookie}`).toBeLessThan(500);
          expectNonce(answer.headers['content-security-policy'], path + query);
        }
      }
    }
  }
});

async function cookieOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies(addresses.web);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}
