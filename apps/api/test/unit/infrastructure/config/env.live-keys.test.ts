import { describe, expect, test } from 'vitest';
import { fixes, readEnvironment } from '../../../../src/infrastructure/config/env.js';
import { anEnvironment, liveKeys, publishableKey } from '../../../support/environment.builder.js';
import { refusal } from './refusal.js';

describe('an environment with live keys', () => {
  const unusable = [
    undefined,
    'http://localhost:3000',
    'https://localhost:3000',
    'http://app.example.com',
    'http://127.0.0.1:3000, http://app.example.com, https://app.localhost',
    'https://LOCALHOST., https://127.1, https://0x7f.0.0.1',
    'https://0.0.0.0:8443, https://[::], https://[::1]:3000, https://[::ffff:127.0.0.1]',
  ];
  test.each(unusable)('refuses live keys with only WEB_URL %s', (WEB_URL) => {
    const { problems } = refusal({ ...liveKeys, WEB_URL });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ variable: 'WEB_URL', fix: fixes['WEB_URL'] });
    expect(problems[0]?.problem).toContain('live keys');
  });

  test.each([
    'https://localhost.example.com',
    'https://notlocalhost',
    'https://10.0.0.5',
    'https://[::ffff:10.0.0.5]',
    'https://[fd00::1]',
  ])('accepts live keys with WEB_URL %s', (WEB_URL) => {
    expect(readEnvironment(anEnvironment({ ...liveKeys, WEB_URL })).warnings).toEqual([]);
  });

  test('warns about each localhost or plain http origin with live keys and about none with test keys', () => {
    const mixed = { WEB_URL: 'https://app.example.com, http://localhost:3000, http://b.example' };
    const { warnings } = readEnvironment(anEnvironment({ ...liveKeys, ...mixed }));
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('WEB_URL lists http://localhost:3000');
    expect(readEnvironment(anEnvironment(mixed)).warnings).toEqual([]);
    const parties = { CLERK_AUTHORIZED_PARTIES: 'https://app.example.com' };
    expect(
      readEnvironment(anEnvironment({ ...liveKeys, ...parties, WEB_URL: undefined })).warnings,
    ).toEqual([expect.stringContaining('WEB_URL lists http://localhost:3000')]);
  });

  test('requires a signing secret with live keys only', () => {
    const unset = { CLERK_WEBHOOK_SIGNING_SECRET: undefined };
    expect(readEnvironment(anEnvironment(unset)).clerk.webhookSigningSecrets).toEqual([]);
    const { message } = refusal({
      ...unset,
      CLERK_SECRET_KEY: 'sk_live_2b6EX4MP1E',
      CLERK_PUBLISHABLE_KEY: publishableKey('live'),
      WEB_URL: 'https://app.example.com',
    });
    expect(message).toContain('CLERK_WEBHOOK_SIGNING_SECRET is missing');
  });

  test.each([
    ['sk_live_2b6EX4MP1E', publishableKey('test')],
    ['sk_test_2b6EX4MP1E', publishableKey('live')],
  ])('refuses keys of two instances', (CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY) => {
    const { problems, message } = refusal({ CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY });
    expect(problems).toHaveLength(1);
    expect(message).toMatch(/CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY/);
  });
});
