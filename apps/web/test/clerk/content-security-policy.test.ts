import { expect, it } from 'vitest';
import { contentSecurityPolicy } from '@/lib/clerk/content-security-policy';
import { parsePublicEnv } from '@/lib/env/public-env';
import { publishableKey } from '../support/publishable-key';

const given = {
  NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
  NEXT_PUBLIC_API_URL: 'https://api.example.com/v1',
};

it('lets pages connect to the API and forbids framing', () => {
  const { strict, directives } = contentSecurityPolicy(parsePublicEnv(given));
  expect(strict).toBe(true);
  expect(directives?.['connect-src']).toEqual(['https://api.example.com']);
  expect(directives?.['frame-ancestors']).toEqual(["'none'"]);
});

it('names this machine only in a build for the local Clerk', () => {
  const local = { ...given, NEXT_PUBLIC_CLERK_PROXY_URL: 'http://localhost:4010' };
  const policyOf = (variables: Record<string, string>): string =>
    JSON.stringify(contentSecurityPolicy(parsePublicEnv(variables)).directives);
  expect(policyOf(local)).toContain('http://localhost:4010');
  expect(policyOf(given)).not.toMatch(/localhost|127\.0\.0\.1/);
});
