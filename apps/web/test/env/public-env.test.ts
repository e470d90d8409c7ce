import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '@/lib/env/environment-error';
import { localInstanceUrl, parsePublicEnv } from '@/lib/env/public-env';
import { publishableKey } from '../support/publishable-key';

const given = { NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey };

describe('parsePublicEnv', () => {
  it('names a missing publishable key and the fix', () => {
    expect(() => parsePublicEnv({})).toThrow(EnvironmentError);
    expect(() => parsePublicEnv({})).toThrow(
      /^NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY is not set\. Set it to .*dashboard\.clerk\.com.*npm start/,
    );
  });

  it('counts an empty value as unset', () => {
    expect(() => parsePublicEnv({ NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: '' })).toThrow('is not set');
    expect(parsePublicEnv({ ...given, NEXT_PUBLIC_API_URL: '' }).NEXT_PUBLIC_API_URL).toBe(
      'http://localhost:3001',
    );
  });

  it('refuses a secret key as publishable key, without repeating it', () => {
    const parse = (): unknown =>
      parsePublicEnv({ NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'sk_test_verysecret' });
    expect(parse).toThrow('NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY is not valid');
    expect(parse).not.toThrow('verysecret');
  });

  it('names all invalid variables at once', () => {
    expect(() => parsePublicEnv({ NEXT_PUBLIC_API_URL: 'api.example.com' })).toThrow(
      /NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY is not set[^]*NEXT_PUBLIC_API_URL is not valid/,
    );
  });
});

describe('localInstanceUrl', () => {
  it.each(['http://localhost:4010', 'http://127.0.0.1:4010', 'http://[::1]:4010'])(
    'recognizes %s as a local Clerk',
    (url) => {
      const env = parsePublicEnv({ ...given, NEXT_PUBLIC_CLERK_PROXY_URL: url });
      expect(localInstanceUrl(env)).toBe(url);
    },
  );

  it.each([undefined, '/__clerk', 'https://clerk.example.com', 'http://localhost.example.com'])(
    'recognizes %s as a real Clerk application',
    (url) => {
      const env = parsePublicEnv({ ...given, NEXT_PUBLIC_CLERK_PROXY_URL: url });
      expect(localInstanceUrl(env)).toBeUndefined();
    },
  );
});
