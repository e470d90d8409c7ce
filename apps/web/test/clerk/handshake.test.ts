import { NextRequest } from 'next/server';
import { expect, test } from 'vitest';
import { returnsFromHandshake, withoutHandshakeReturn } from '@/lib/clerk/handshake';

const address = 'http://localhost:3000/dashboard?a=b';

test.each([
  ['a parameter', `${address}&__clerk_handshake=x`, ''],
  ['a nonce', `${address}&__clerk_handshake_nonce=x`, ''],
  ['a cookie', address, '__clerk_handshake=x'],
  ['a cookie with a nonce', address, '__clerk_handshake_nonce=x'],
])('a handshake in %s is found and removed, and the rest stays', (_name, url, handshake) => {
  const cookie = `__session=s; ${handshake}; theme=dark`;
  const request = new NextRequest(url, {
    method: 'POST',
    headers: { cookie, accept: 'text/html' },
  });
  expect(returnsFromHandshake(request)).toBe(true);

  const changed = withoutHandshakeReturn(request);

  expect(returnsFromHandshake(changed)).toBe(false);
  expect(changed.url).toBe(address);
  expect(changed.method).toBe('POST');
  expect(changed.headers.get('accept')).toBe('text/html');
  expect(changed.cookies.get('__session')?.value).toBe('s');
  expect(changed.cookies.get('theme')?.value).toBe('dark');
});

test('a request without a handshake has none', () => {
  const headers = { cookie: '__session=s; __clerk_db_jwt=d' };
  expect(returnsFromHandshake(new NextRequest(address, { headers }))).toBe(false);
});
