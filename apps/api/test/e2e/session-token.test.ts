import { describe, expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import {
  aProfileToken,
  nowInSeconds,
  type Claims,
  type TokenOptions,
} from '../support/session-token.js';

const fixture = withApi();
const now = nowInSeconds;

/** Evaluated when the token is signed, so that its times are current. */
type Made = () => TokenOptions;
const claims =
  (make: () => Claims): Made =>
  () => ({ claims: make() });
const header =
  (given: Claims): Made =>
  () => ({ header: given });

const accepted: readonly (readonly [string, Made])[] = [
  ['without a category', header({ cat: undefined })],
  ['of the second accepted category', header({ cat: 'cl_I7d4PD111III' })],
  ['without a type', header({ typ: undefined })],
  ['without sts and nbf, as in version 1', claims(() => ({ sts: undefined, nbf: undefined }))],
  ['that expired within the leeway', claims(() => ({ exp: now() - 3 }))],
  ['that is issued 3 s ahead', claims(() => ({ iat: now() + 3 }))],
  ['that is active in 3 s', claims(() => ({ nbf: now() + 3 }))],
  ['with fractional times', claims(() => ({ iat: now() - 0.5, exp: now() + 30.25 }))],
  ['with unknown claims', claims(() => ({ org_id: 'org_1', fva: [0, -1], x: {} }))],
];

test.each(accepted)('a token %s is accepted', async (_name, options) => {
  const { api, clerk } = fixture();
  expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser(), options())));
});

describe('with CLERK_AUTHORIZED_PARTIES, CLERK_ISSUER and several WEB_URLs', () => {
  const other = withApi({
    CLERK_AUTHORIZED_PARTIES: 'https://app.example, https://admin.example/',
    CLERK_ISSUER: 'https://clerk.app.example',
    WEB_URL: 'https://app.example,https://www.app.example',
  });
  const iss = 'https://clerk.app.example';

  test.each(['https://app.example', 'https://admin.example'])(
    'a token with azp %s is accepted',
    async (azp) => {
      const { api, clerk } = other();
      expectUser(
        await api.me(await aProfileToken(clerk.key, aClerkUser(), { claims: { azp, iss } })),
      );
    },
  );

  test.each(['https://www.app.example', 'http://localhost:3000', ''])(
    'a token with azp “%s” is refused',
    async (azp) => {
      const { api, clerk } = other();
      const token = await aProfileToken(clerk.key, aClerkUser(), { claims: { azp, iss } });
      expectProblem(await api.me(token), 401, 'token_invalid');
    },
  );

  test('a token of the publishable key’s issuer is refused', async () => {
    const { api, clerk } = other();
    const claims = { azp: 'https://app.example' };
    expectProblem(
      await api.me(await aProfileToken(clerk.key, aClerkUser(), { claims })),
      401,
      'token_invalid',
    );
  });

  test.each(['https://app.example', 'https://www.app.example'])(
    'CORS allows the origin %s',
    async (origin) => {
      const { headers } = await other().api.send('/users/me', { headers: { origin } });
      expect(headers['access-control-allow-origin']).toBe(origin);
    },
  );
});
