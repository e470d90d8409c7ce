import { describe, expect, it } from 'vitest';
import { parseServerEnv } from '@/lib/env/server-env';

describe('parseServerEnv', () => {
  it('names a missing secret key and its mend', () => {
    expect(() => parseServerEnv({ CLERK_SECRET_KEY: '' })).toThrow(
      /^CLERK_SECRET_KEY is not set\. Set it to your application’s secret key/,
    );
  });

  it('does not repeat a secret key that is not valid', () => {
    expect(() => parseServerEnv({ CLERK_SECRET_KEY: 'hunter2' })).toThrow('is not valid');
    expect(() => parseServerEnv({ CLERK_SECRET_KEY: 'hunter2' })).not.toThrow('hunter2');
  });

  it('refuses an API_URL that is no http URL', () => {
    expect(() =>
      parseServerEnv({ CLERK_SECRET_KEY: 'sk_test_1', API_URL: 'ftp://api.internal' }),
    ).toThrow(/^API_URL is not valid/);
  });

  it('leaves API_URL open when it is unset', () => {
    expect(parseServerEnv({ CLERK_SECRET_KEY: 'sk_test_1' }).API_URL).toBeUndefined();
  });
});
