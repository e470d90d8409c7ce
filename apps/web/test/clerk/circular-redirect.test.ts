import { expect, test } from 'vitest';
import { withoutCircularRedirect } from '@/lib/clerk/circular-redirect';

const origins = ['http://localhost:3000', 'https://app.example.com'];

function clean(path: string): string | undefined {
  return withoutCircularRedirect(new URL(path, origins[0]), origins)?.href.slice(
    'http://localhost:3000'.length,
  );
}

test.each([
  '/sign-in/nonsense',
  '/sign-in',
  '/sign-up/verify-email-address',
  '/sign-in/',
  '/sign-in?redirect_url=/sign-up',
  '/%73ign-in/x',
  '//localhost:3000/sign-in/x',
  'http://localhost:3000/sign-in/x#/?redirect_url=/sign-in/x',
  'http://localhost:3000//sign-in/x',
  'http://127.0.0.1:3000/sign-in/x',
  'https://app.example.com/sign-up/x',
  'sign-in/x',
])('a redirect to %s, where Clerk would redirect again, is removed', (target) => {
  expect(clean(`/sign-in?redirect_url=${encodeURIComponent(target)}&a=b`)).toBe('/sign-in?a=b');
});

test.each([
  'redirect_url',
  'sign_in_force_redirect_url',
  'sign_in_fallback_redirect_url',
  'sign_up_force_redirect_url',
  'sign_up_fallback_redirect_url',
])('a circular %s is removed from every page of sign-in and sign-up', (name) => {
  for (const path of ['/sign-in', '/sign-up', '/sign-in/factor-one', '/sign-up/x', '/%73ign-in']) {
    expect(clean(`${path}?${name}=/sign-in/x`)).toBe(path);
  }
});

test('the redirect that is nested in a removed one stays', () => {
  const target = (path: string, next: string): string =>
    `http://localhost:3000${path}?redirect_url=${encodeURIComponent(next)}`;
  const nested = target('/sign-in/x', target('/sign-up', '/account?a=b'));

  const cleaned = clean(`/sign-in?redirect_url=${encodeURIComponent(nested)}`);

  expect(cleaned).toBe('/sign-in?redirect_url=%2Faccount%3Fa%3Db');
});

test.each([
  '/sign-in',
  '/sign-in?redirect_url=/account',
  '/sign-in?redirect_url=http%3A%2F%2Flocalhost%3A3000%2Fdashboard%3Fa%3D%252Fsign-in',
  '/sign-in?redirect_url=https://evil.example/sign-in/x',
  '/sign-in?redirect_url=/sign-in-help',
  '/sign-in?redirect_url=/Sign-In/x',
  '/sign-in?redirect_url=http%3A%2F%2F%5B',
  '/sign-in?redirect_url=%2F%25E0%25A4%25A',
  '/dashboard?redirect_url=/sign-in/x',
  '/?redirect_url=/sign-in/x',
])('%s stays as it is', (path) => {
  expect(clean(path)).toBeUndefined();
});
