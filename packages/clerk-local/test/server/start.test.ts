import { describe, expect, test, vi } from 'vitest';
import { publishableKeyOf } from '../../src/domain/state/instance-keys.js';
import { startClerkLocal, type ClerkLocalOptions } from '../../src/index.js';
import { refuseProduction } from '../../src/server/options.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

const noKeys = { liveKeys: [], publishableKey: undefined, secretKey: undefined };

describe('startClerkLocal() refuses to start', () => {
  test('in production', () => {
    expect(() => {
      refuseProduction({ production: true, ...noKeys });
    }).toThrow(expect.objectContaining({ code: 'production_refused' }));
  });

  test.each(['production', 'Production', ' production '])('while NODE_ENV is %j', async (value) => {
    vi.stubEnv('NODE_ENV', value);
    const error: unknown = await startClerkLocal().catch((cause: unknown) => cause);
    vi.unstubAllEnvs();
    expect(error).toMatchObject({ code: 'production_refused' });
  });

  test.each([
    ['CLERK_SECRET_KEY', 'sk_live_x'],
    ['CLERK_PUBLISHABLE_KEY', 'pk_live_x'],
    ['NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY', 'pk_live_x'],
    ['VITE_CLERK_PUBLISHABLE_KEY', 'pk_live_x'],
    ['NUXT_CLERK_SECRET_KEY', '"sk_live_x"'],
  ])('while the environment has a live key in %s', async (name, key) => {
    vi.stubEnv(name, key);
    const error: unknown = await startClerkLocal().catch((cause: unknown) => cause);
    vi.unstubAllEnvs();
    expect(error).toMatchObject({ code: 'live_key_refused' });
    expect(String(error)).toContain(name);
    expect(String(error)).not.toMatch(/_live_/);
  });

  test.each([{ publishableKey: 'pk_live_x' }, { secretKey: 'sk_live_x' }])(
    'with a live key, which the message does not contain: %j',
    async (options) => {
      const error: unknown = await startClerkLocal(options).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'live_key_refused' });
      expect(String(error)).not.toMatch(/_live_/);
    },
  );

  test.each<[ClerkLocalOptions, RegExp]>([
    [{ publishableKey: 'pk_test_nonsense' }, /publishable key/],
    [{ publishableKey: publishableKeyOf('clerk.example.com') }, /publishable key/],
    [{ secretKey: 'secret' }, /secret key/],
    [{ webhookSigningSecret: 'whsec_no base64' }, /webhook signing secret/],
    [{ port: 70_000 }, /port/],
    [{ webhookUrl: 'ftp://example.com' }, /webhookUrl/],
    [{ tokenLifetimeSeconds: 0 }, /tokenLifetimeSeconds/],
    [{ webhookRetryDelaysMs: [] }, /webhookRetryDelaysMs/],
    [{ sessionTokenClaims: { sub: 'me' } }, /"sub"/],
  ])('with an invalid option: %j', async (options, message) => {
    const error: unknown = await startClerkLocal(options).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'invalid_option' });
    expect(String(error)).toMatch(message);
  });

  test('on a port that is in use', async () => {
    const { port } = await aClerkLocal();
    await expect(startClerkLocal({ port })).rejects.toMatchObject({
      code: 'port_unavailable',
      message: `Port ${port} on 127.0.0.1 is already in use. Stop the process that uses it, or choose another port (0 selects a free port).`,
    });
  });

  test('on an address of another machine', async () => {
    await expect(startClerkLocal({ host: '203.0.113.1' })).rejects.toMatchObject({
      code: 'port_unavailable',
      message: expect.stringMatching(
        /^Cannot listen .* Choose an address of this machine/,
      ) as string,
    });
  });
});

describe('an instance', () => {
  test('generates new keys in Clerk’s format each time', async () => {
    const [first, second] = [await startClerkLocal(), await startClerkLocal()];
    await Promise.all([first.close(), second.close()]);
    expect(first.secretKey).toMatch(/^sk_test_[0-9A-Za-z]{27}$/);
    expect(first.webhookSigningSecret).toMatch(/^whsec_/);
    expect(first.issuer).toMatch(/^https:\/\/[a-z0-9-]+\.clerk\.accounts\.dev$/);
    expect(first.publishableKey).toBe(publishableKeyOf(new URL(first.issuer).host));
    expect(first.instanceId).toMatch(/^ins_[0-9A-Za-z]{27}$/);
    expect(second.secretKey).not.toBe(first.secretKey);
    expect(second.keyId).not.toBe(first.keyId);
  });

  test('uses the given keys', async () => {
    const keys = {
      publishableKey: publishableKeyOf('happy-cat-1.clerk.accounts.dev'),
      secretKey: 'sk_test_given',
      webhookSigningSecret: `whsec_${Buffer.from('0123456789abcdef').toString('base64')}`,
    };
    const clerk = await aClerkLocal(keys);
    expect(clerk).toMatchObject({ ...keys, issuer: 'https://happy-cat-1.clerk.accounts.dev' });
  });

  test.each(['127.0.0.1', 'localhost', '0.0.0.0'])(
    'is reachable at its URL when it listens on %s',
    async (host) => {
      const clerk = await aClerkLocal({ host });
      const response = await callBackendApi(clerk, { method: 'GET', path: '/v1/jwks' });
      expect(response.status).toBe(200);
    },
  );

  test('does not accept requests after close()', async () => {
    const clerk = await aClerkLocal();
    await clerk.close();
    await expect(callBackendApi(clerk, { method: 'GET', path: '/v1/jwks' })).rejects.toThrow();
  });

  test('does not log secrets, tokens, email addresses or names', async () => {
    const lines: string[] = [];
    const clerk = await aClerkLocal({
      log: (line) => lines.push(line),
      webhookUrl: 'http://127.0.0.1:1/nobody',
      webhookRetryDelaysMs: [0],
    });
    const user = await clerk.users.create({
      email_address: ['ada@example.com'],
      first_name: 'Ada',
    });
    await callBackendApi(clerk, { method: 'GET', path: '/v1/users?email_address=ada@example.com' });
    const session = await clerk.createSession(user.id);
    await callBackendApi(clerk, { method: 'POST', path: `/v1/sessions/${session.id}/tokens` });
    await clerk.webhooks.drain();

    expect(lines).toContain('GET /v1/users 200');
    expect(lines.join('\n')).toMatch(
      /webhook user\.created msg_\w+ attempt 1 failed \(no response\)/,
    );
    expect(lines.join('\n')).not.toMatch(/ada|sk_test|whsec|eyJ/i);
  });
});
