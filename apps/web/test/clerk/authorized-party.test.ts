import { NextRequest } from 'next/server';
import { describe, expect, it } from 'vitest';
import {
  createForeignPartyWarning,
  isForeignParty,
  withoutSession,
} from '@/lib/clerk/authorized-party';

const own = ['http://localhost:3000', 'https://app.example.com'];

describe('isForeignParty', () => {
  it.each([undefined, ...own])('accepts %s', (azp) => {
    expect(isForeignParty(azp, own)).toBe(false);
  });

  it.each([
    'http://127.0.0.1:3000',
    'https://localhost:3000',
    'http://localhost:3001',
    'http://localhost:3000/',
    'http://localhost:3000.example.com',
    'HTTP://LOCALHOST:3000',
    'null',
    '',
    null,
    0,
    true,
    ['http://localhost:3000'],
    { origin: 'http://localhost:3000' },
  ])('refuses %j', (azp) => {
    expect(isForeignParty(azp, own)).toBe(true);
  });
});

describe('withoutSession', () => {
  it('drops everything that indicates a session, and keeps the rest', () => {
    const request = new NextRequest('http://localhost:3000/dashboard?a=b', {
      headers: {
        authorization: 'Bearer token',
        accept: 'text/html',
        cookie:
          '__session=a; __session_x1=b; __client_uat=1; __client_uat_x1=1; __clerk_db_jwt=d; theme=dark',
      },
    });

    const signedOut = withoutSession(request);

    expect(signedOut.url).toBe(request.url);
    expect(signedOut.headers.get('cookie')).toBe('__clerk_db_jwt=d; theme=dark');
    expect(signedOut.headers.get('authorization')).toBeNull();
    expect(signedOut.headers.get('accept')).toBe('text/html');
  });
});

it('warns about sessions of another origin once per minute and names the variable', () => {
  const lines: string[] = [];
  let now = 5;
  const warn = createForeignPartyWarning(
    (line) => lines.push(line),
    () => now,
  );

  warn('http://127.0.0.1:3000', own);
  now += 59_999;
  warn('http://127.0.0.1:3000', own);
  expect(lines).toHaveLength(1);
  now += 1;
  warn('http://127.0.0.1:3000', own);

  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/"http:\/\/127\.0\.0\.1:3000".*signed out.*WEB_URL/);
});
