import { CompactSign, exportJWK, generateKeyPair, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aPerson } from '../support/people.js';
import {
  aProfileToken,
  aSessionToken,
  instanceHost,
  nowInSeconds,
  type Claims,
  type TokenOptions,
} from '../support/session-token.js';
import { aSigningKey } from '../support/signing-key.js';
import { storedRows } from '../support/stored-user.js';

const fixture = withApi();
const now = nowInSeconds;

/** Evaluated when the token is made, so that times are right however long the file runs. */
type Made = () => TokenOptions;
const claims =
  (make: () => Claims): Made =>
  () => ({ claims: make() });
const header =
  (given: Claims): Made =>
  () => ({ header: given });

const accepted: readonly (readonly [string, Made])[] = [
  ['without a category, as before categories', header({ cat: undefined })],
  ['of the category that does not tell', header({ cat: 'cl_I7d4PD111III' })],
  ['without a type', header({ typ: undefined })],
  ['without sts and nbf, as version 1', claims(() => ({ sts: undefined, nbf: undefined }))],
  ['expired for less than the leeway', claims(() => ({ exp: now() - 3 }))],
  ['issued 3 s ahead', claims(() => ({ iat: now() + 3 }))],
  ['active in 3 s', claims(() => ({ nbf: now() + 3 }))],
  ['with times in fractions', claims(() => ({ iat: now() - 0.5, exp: now() + 30.25 }))],
  ['with claims that nobody knows', claims(() => ({ org_id: 'org_1', fva: [0, -1], x: {} }))],
];

test.each(accepted)('a token %s is accepted', async (_name, options) => {
  const { api, clerk } = fixture();
  expectUser(await api.me(await aProfileToken(clerk.key, aPerson(), options())));
});

const refused: readonly (readonly [
  string,
  'token_expired' | 'token_not_active' | 'token_invalid' | 'session_pending',
  Made,
])[] = [
  ['expired for more than the leeway', 'token_expired', claims(() => ({ exp: now() - 7 }))],
  ['issued ahead', 'token_not_active', claims(() => ({ iat: now() + 9 }))],
  ['not active yet', 'token_not_active', claims(() => ({ nbf: now() + 9 }))],
  ['pending', 'session_pending', claims(() => ({ sts: 'pending' }))],
  ['without sub', 'token_invalid', claims(() => ({ sub: undefined }))],
  ['with an empty sub', 'token_invalid', claims(() => ({ sub: '' }))],
  ['with a sub that is no text', 'token_invalid', claims(() => ({ sub: 7 }))],
  ['without sid', 'token_invalid', claims(() => ({ sid: undefined }))],
  ['with an empty sid', 'token_invalid', claims(() => ({ sid: '' }))],
  ['with a sid that is no text', 'token_invalid', claims(() => ({ sid: ['sess'] }))],
  ['without exp', 'token_invalid', claims(() => ({ exp: undefined }))],
  ['with an exp that is text', 'token_invalid', claims(() => ({ exp: '9999999999' }))],
  ['without iat', 'token_invalid', claims(() => ({ iat: undefined }))],
  ['issued before all time', 'token_invalid', claims(() => ({ iat: -1e20 }))],
  ['with an nbf that is text', 'token_invalid', claims(() => ({ nbf: '0' }))],
  [
    'of another issuer',
    'token_invalid',
    claims(() => ({ iss: 'https://other.clerk.accounts.dev' })),
  ],
  ['with a longer issuer', 'token_invalid', claims(() => ({ iss: `https://${instanceHost}/` }))],
  ['without an issuer', 'token_invalid', claims(() => ({ iss: undefined }))],
  ['of another origin', 'token_invalid', claims(() => ({ azp: 'https://evil.example' }))],
  ['of a longer origin', 'token_invalid', claims(() => ({ azp: 'http://localhost:30000' }))],
  ['without an origin', 'token_invalid', claims(() => ({ azp: undefined }))],
  ['from a template', 'token_invalid', header({ cat: 'cl_B7d4PD222AAA' })],
  ['of a machine', 'token_invalid', header({ cat: 'cl_B7d4PD333AAA' })],
  ['with a category that is null', 'token_invalid', header({ cat: null })],
  ['of another type', 'token_invalid', header({ typ: 'at+jwt' })],
  ['of an unknown key', 'token_invalid', header({ kid: 'ins_unknown' })],
  ['without a key id', 'token_invalid', header({ kid: undefined })],
];

test.each(refused)('a token %s: 401 %s', async (_name, code, options) => {
  const { api, clerk, database } = fixture();
  const person = aPerson();
  expectProblem(await api.me(await aProfileToken(clerk.key, person, options())), 401, code);
  expect(await storedRows(database, person.clerkId)).toHaveLength(0);
});

describe('a forged token is a 401 token_invalid', () => {
  const expectForged = async (token: string): Promise<void> => {
    expectProblem(await fixture().api.me(token), 401, 'token_invalid');
  };
  const parts = async (): Promise<[string, string, string]> => {
    const [head = '', body = '', signature = ''] = (
      await aProfileToken(fixture().clerk.key, aPerson())
    ).split('.');
    return [head, body, signature];
  };
  const base64url = (value: unknown): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');

  test('signed by another key under a known key id', async () => {
    const other = await aSigningKey(fixture().clerk.key.kid);
    await expectForged(await aProfileToken(other, aPerson()));
  });

  test('with another payload under a right signature', async () => {
    const [head, body, signature] = await parts();
    const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
    await expectForged(`${head}.${base64url({ ...payload, sub: 'user_victim' })}.${signature}`);
  });

  test('of alg none', async () => {
    const { clerk } = fixture();
    const issued = { iss: `https://${instanceHost}`, sub: 'user_x', sid: 's', azp: 'x' };
    await expectForged(new UnsecuredJWT(issued).setExpirationTime('1m').encode());
    const [, body] = await parts();
    await expectForged(`${base64url({ alg: 'none', kid: clerk.key.kid })}.${body}.`);
  });

  test('of HS256 keyed with the public key', async () => {
    const { clerk } = fixture();
    const [, body] = await parts();
    const token = await new CompactSign(Buffer.from(body, 'base64url'))
      .setProtectedHeader({ alg: 'HS256', kid: clerk.key.kid, typ: 'JWT' })
      .sign(Buffer.from(clerk.key.pem));
    await expectForged(token);
  });

  test.each(['RS512', 'PS256', 'ES256'])('of %s by a key of its own', async (alg) => {
    const { privateKey } = await generateKeyPair(alg);
    const [, body] = await parts();
    const token = await new CompactSign(Buffer.from(body, 'base64url'))
      .setProtectedHeader({ alg, kid: fixture().clerk.key.kid, typ: 'JWT' })
      .sign(privateKey);
    await expectForged(token);
  });

  test('that brings its own key, by value or by address', async () => {
    const { clerk } = fixture();
    const before = clerk.requests.size;
    const own = await aSigningKey('ins_own');
    const jwk = await exportJWK(own.privateKey).catch(() => own.jwk);
    for (const kid of ['ins_own', clerk.key.kid, undefined]) {
      const header = { kid, jwk, jku: `${clerk.url}/evil-keys`, x5u: `${clerk.url}/evil-cert` };
      await expectForged(await aProfileToken(own, aPerson(), { header }));
    }
    expect(clerk.requests.size).toBe(before);
  });

  test('with an extension that must be understood', async () => {
    const { clerk } = fixture();
    // RFC 7797's is the one that jose understands; nothing here does.
    const header = { crit: ['b64'], b64: true };
    await expectForged(await aProfileToken(clerk.key, aPerson(), { header }));
    const [, body, signature] = await parts();
    const unknown = { alg: 'RS256', kid: clerk.key.kid, crit: ['exp'], exp: 1 };
    await expectForged(`${base64url(unknown)}.${body}.${signature}`);
  });

  test('in a form that is none', async () => {
    const [head, body, signature] = await parts();
    for (const token of [
      head,
      `${head}.${body}`,
      `${head}.${body}.`,
      `${head}..${signature}`,
      `${head}.${body}.${signature}.${signature}`,
      `${head}.${body}.${signature}=`,
      `${head}.${body}.${signature.slice(0, -1)}`,
      `${head}.${body}.${otherSpelling(signature)}`,
      `.${head}.${body}.${signature}`,
      'a.b.c',
      `${base64url([])}.${body}.${signature}`,
      `${base64url(null)}.${base64url(null)}.${signature}`,
    ]) {
      await expectForged(token);
    }
  });
});

/** The last of a signature's 342 characters has four bits to spare: other ones mean the same bytes. */
function otherSpelling(signature: string): string {
  const last = { A: 'B', Q: 'R', g: 'h', w: 'x' }[signature.at(-1) ?? ''];
  return `${signature.slice(0, -1)}${last ?? ''}`;
}

test('a token’s signature is checked before its claims', async () => {
  const other = await aSigningKey(fixture().clerk.key.kid);
  const expired = await aSessionToken(other, 'user_x', { claims: { exp: 1, sts: 'pending' } });
  expectProblem(await fixture().api.me(expired), 401, 'token_invalid');
});

describe('with CLERK_AUTHORIZED_PARTIES, CLERK_ISSUER and several WEB_URLs', () => {
  const other = withApi({
    CLERK_AUTHORIZED_PARTIES: 'https://app.example, https://admin.example/',
    CLERK_ISSUER: 'https://clerk.app.example',
    WEB_URL: 'https://app.example,https://www.app.example',
  });
  const iss = 'https://clerk.app.example';

  test.each(['https://app.example', 'https://admin.example'])('%s may ask', async (azp) => {
    const { api, clerk } = other();
    expectUser(await api.me(await aProfileToken(clerk.key, aPerson(), { claims: { azp, iss } })));
  });

  test.each(['https://www.app.example', 'http://localhost:3000', ''])('%s may not', async (azp) => {
    const { api, clerk } = other();
    const token = await aProfileToken(clerk.key, aPerson(), { claims: { azp, iss } });
    expectProblem(await api.me(token), 401, 'token_invalid');
  });

  test('the publishable key’s issuer is another one', async () => {
    const { api, clerk } = other();
    const claims = { azp: 'https://app.example' };
    expectProblem(
      await api.me(await aProfileToken(clerk.key, aPerson(), { claims })),
      401,
      'token_invalid',
    );
  });

  test.each(['https://app.example', 'https://www.app.example'])('%s may read', async (origin) => {
    const { headers } = await other().api.send('/users/me', { headers: { origin } });
    expect(headers['access-control-allow-origin']).toBe(origin);
  });
});
