import { describe, expect, test } from 'vitest';
import { clerkUserJson, createSigningKey } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectProblem } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, type TokenOptions } from '../support/session-token.js';
import { aDelivery, anEvent } from '../support/webhook.js';

describe('with test keys and without a webhook secret', () => {
  const fixture = withApi({ CLERK_WEBHOOK_SIGNING_SECRET: '' });

  test('webhooks are off and the log says so', async () => {
    const { api } = fixture();
    const body = anEvent('user.created', clerkUserJson(aClerkUser(), 1));
    expectProblem(await api.send('/webhooks/clerk', aDelivery(body)), 404, 'not_found');
    const warnings = api.logs().filter(({ msg }) => msg?.startsWith('Webhooks are off'));
    expect(warnings).toMatchObject([{ level: 'warn' }]);
  });

  test('the log line of a refused request has the reason and the azp seen', async () => {
    const { api, clerk } = fixture();
    const azp = 'https://evil.example';
    const attacker = await createSigningKey(clerk.key.kid);
    const logged = async (token: string): Promise<unknown> => {
      const { requestId } = expectProblem(await api.me(token), 401, 'token_invalid');
      return api.requestLog(requestId);
    };
    const foreign = await logged(await aProfileToken(clerk.key, aClerkUser(), { claims: { azp } }));
    expect(foreign).toMatchObject({ reason: 'azp_foreign', azp });
    expect(foreign).not.toHaveProperty('unverified');
    const forged = await logged(await aProfileToken(attacker, aClerkUser(), { claims: { azp } }));
    expect(forged).toMatchObject({ reason: 'signature', azp, unverified: true });
    const warnings = api.logs().filter(({ msg }) => msg?.includes('CLERK_AUTHORIZED_PARTIES'));
    expect(warnings).toHaveLength(1);
  });
});

describe.each([
  ['true', 200],
  ['false', 401],
])('with CLERK_ACCEPT_TOKENS_WITHOUT_AZP=%s', (value, status) => {
  const fixture = withApi({ CLERK_ACCEPT_TOKENS_WITHOUT_AZP: value });
  const me = async (claims: TokenOptions['claims']): Promise<number> => {
    const { api, clerk } = fixture();
    return (await api.me(await aProfileToken(clerk.key, aClerkUser(), { claims: { ...claims } })))
      .status;
  };

  test(`a token without azp gets ${status}; a foreign or empty azp gets 401`, async () => {
    expect(await me({ azp: undefined })).toBe(status);
    expect(await me({ azp: 'https://evil.example' })).toBe(401);
    expect(await me({ azp: '' })).toBe(401);
  });
});
