import { describe, expect, it } from 'vitest';
import { parseServerEnv } from '@/lib/env/server-env';

describe('parseServerEnv', () => {
  it('names a missing secret key and the fix', () => {
    expect(() => parseServerEnv({ CLERK_SECRET_KEY: '' })).toThrow(
      /^CLERK_SECRET_KEY is not set\. Set it to your application’s secret key/,
    );
  });

  it('does not repeat an invalid secret key', () => {
    expect(() => parseServerEnv({ CLERK_SECRET_KEY: 'hunter2' })).toThrow('is not valid');
    expect(() => parseServerEnv({ CLERK_SECRET_KEY: 'hunter2' })).not.toThrow('hunter2');
  });

  it('refuses an API_URL that is not an http URL', () => {
    expect(() =>
      parseServerEnv({ CLERK_SECRET_KEY: 'sk_test_1', API_URL: 'ftp://api.internal' }),
    ).toThrow(/^API_URL is not valid/);
  });

  it.each([
    [undefined, ['http://localhost:3000']],
    ['', ['http://localhost:3000']],
    ['https://app.example.com/', ['https://app.example.com']],
    ['https://a.example.com, http://LOCALHOST:80', ['https://a.example.com', 'http://localhost']],
  ])('reads WEB_URL %j as the origins %j', (WEB_URL, origins) => {
    expect(parseServerEnv({ CLERK_SECRET_KEY: 'sk_test_1', WEB_URL }).WEB_URL).toEqual(origins);
  });

  it.each([
    'app.example.com',
    'https://app.example.com/path',
    'https://*.example.com',
    'https://a.example.com,',
    'ftp://a.example.com',
    'https://user@a.example.com',
    '"https://a.example.com"',
  ])('refuses the WEB_URL %j and names the fix', (WEB_URL) => {
    expect(() => parseServerEnv({ CLERK_SECRET_KEY: 'sk_test_1', WEB_URL })).toThrow(
      /^WEB_URL is not valid\. Set it to the origins of this app/,
    );
  });

  it('accepts tokens without azp only if enabled', () => {
    const parse = (value?: string): boolean =>
      parseServerEnv({ CLERK_SECRET_KEY: 'sk_test_1', CLERK_ACCEPT_TOKENS_WITHOUT_AZP: value })
        .CLERK_ACCEPT_TOKENS_WITHOUT_AZP;
    expect([parse(), parse(''), parse('false'), parse('true')]).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(() => parse('yes')).toThrow(/^CLERK_ACCEPT_TOKENS_WITHOUT_AZP is not valid/);
  });

  it('leaves API_URL undefined if it is unset', () => {
    expect(parseServerEnv({ CLERK_SECRET_KEY: 'sk_test_1' }).API_URL).toBeUndefined();
  });
});
