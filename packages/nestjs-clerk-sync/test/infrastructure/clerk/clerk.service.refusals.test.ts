import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSigningKey, type SigningKey } from '@populatte/clerk-stub';
import { optionNames } from '../../../src/core/setting-names.js';
import { AuthenticationError } from '../../../src/core/errors.js';
import type { ClerkService } from '../../../src/infrastructure/clerk/clerk.service.js';
import { jsonPart } from '../../support/jws.js';
import {
  issuer,
  now,
  rightClaims,
  TokenBench,
  webOrigins,
  type Changes,
} from '../../support/session-tokens.js';

let bench: TokenBench;
let attacker: SigningKey;
let service: ClerkService;

beforeAll(async () => {
  [bench, attacker] = await Promise.all([TokenBench.make(), createSigningKey('ins_attacker')]);
});
beforeEach(() => {
  bench.log.entries.length = 0;
  service = bench.serviceOn(bench.keys);
});

async function refusalOf(token: string): Promise<AuthenticationError> {
  const error: unknown = await service.verify(token).then(
    () => new Error('The token was accepted.'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof AuthenticationError)) throw error;
  return error;
}

const claims = (changes: Readonly<Record<string, unknown>>): Changes => ({ claims: changes });
const header = (changes: Readonly<Record<string, unknown>>): Changes => ({ header: changes });
const foreign = 'https://evil.example';

/** One token per check, and whether its signature is verified before that check. */
const refusals: readonly (readonly [reason: string, verified: boolean, changes: Changes])[] = [
  ['algorithm', false, header({ alg: 'HS256' })],
  ['crit', false, header({ crit: ['exotic'] })],
  ['kid', false, header({ kid: 'ins_unknown' })],
  ['category', true, header({ cat: 'cl_B7d4PD222AAA' })],
  ['issuer', true, claims({ iss: 'https://other.clerk.accounts.dev' })],
  ['claims', true, claims({ sid: undefined })],
  ['not_active', true, claims({ nbf: now + 60 })],
  ['not_active', true, claims({ iat: now + 60 })],
  ['expired', true, claims({ exp: now - 60 })],
  ['lifetime', true, claims({ exp: now + 86_401 })],
  ['azp_missing', true, claims({ azp: undefined })],
  ['azp_foreign', true, claims({ azp: foreign })],
  ['azp_foreign', true, claims({ azp: '' })],
  ['azp_foreign', true, claims({ azp: null })],
  ['pending', true, claims({ sts: 'pending' })],
];

describe('the reason of a refusal', () => {
  test.each(refusals)('is %s for the failed check', async (reason, verified, changes) => {
    const refusal = await refusalOf(await bench.token(changes));
    expect(refusal).toMatchObject({ reason, seen: { verified } });
  });

  test('is `signature` for a token signed with another key', async () => {
    const refusal = await refusalOf(await bench.token({}, attacker.privateKey));
    expect(refusal).toMatchObject({
      reason: 'signature',
      seen: { verified: false, iss: issuer, azp: webOrigins[1] },
    });
  });

  test.each(['a.b.c', 'nothing', '', `${jsonPart([])}.${jsonPart({})}.AAAA`])(
    'is `form` for %j, which it does not quote',
    async (token) => {
      const refusal = await refusalOf(token);
      expect(refusal.reason).toBe('form');
      expect(refusal.seen).toBeUndefined();
    },
  );

  test.each(['sub', 'sid', 'iat', 'exp', 'nbf', 'sts'])(
    'is logged with the name of the invalid claim: %s',
    async (claim) => {
      const refusal = await refusalOf(await bench.token(claims({ [claim]: {} })));
      expect(refusal).toMatchObject({ reason: 'claims', seen: { claim } });
    },
  );
});

describe('a value that a refusal quotes', () => {
  test.each<[string, unknown, string | undefined]>([
    ['an origin', foreign, foreign],
    ['an issuer with a path', `${foreign}/__clerk`, `${foreign}/__clerk`],
    ['an origin of a native app', 'myapp://callback', 'myapp://callback'],
    ['an empty value', '', ''],
    ['an undisclosed origin', 'null', 'null'],
    ['no value', undefined, undefined],
    ['an object', { a: 1 }, '(object)'],
    ['a list', [foreign], '(array)'],
    ['an email address', 'ada@people.example', '(not a URL, 18 characters)'],
    ['an address with a user', 'https://ada@people.example', '(not a URL, 26 characters)'],
    ['an address with a query', `${foreign}/?email=x`, '(not a URL, 29 characters)'],
    ['a long origin', `https://${'x'.repeat(5_000)}`, `https://${'x'.repeat(192)}…`],
  ])('is bounded and free of personal data: %s', async (_what, azp, seen) => {
    const refusal = await refusalOf(await bench.token(claims({ azp })));
    expect(refusal.seen?.azp).toBe(seen);
    expect(refusal.seen?.iss).toBe(issuer);
  });
});

describe('the warning of a refusal', () => {
  const warnings = (): string[] => bench.log.entries.map(({ message }) => message);

  test.each<[string, Changes, RegExp]>([
    ['kid', header({ kid: 'ins_unknown' }), /CLERK_SECRET_KEY/],
    ['issuer', claims({ iss: foreign }), /`issuer`.*Accepted: https:\/\/instance/],
    ['azp_foreign', claims({ azp: foreign }), /`authorizedParties`.*Accepted: https:\/\/app/],
    ['azp_missing', claims({ azp: undefined }), /`acceptTokensWithoutAzp` to true/],
    ['not_active', claims({ nbf: now + 60 }), /clock/],
  ])('names the setting to check for %s, at most once a minute', async (reason, changes, hint) => {
    const token = await bench.token(changes);
    for (let time = 0; time < 3; time += 1) await refusalOf(token);
    expect(warnings()).toEqual([expect.stringMatching(hint)]);
    expect(warnings()[0]).toContain(`reason: ${reason}`);
    expect(warnings()[0]).not.toContain(foreign);
  });

  test('names the setting by the application’s name for it', async () => {
    const settingNames = { ...optionNames, authorizedParties: 'ALLOWED_ORIGINS' };
    service = bench.serviceOn(bench.keys, { settingNames });
    await refusalOf(await bench.token(claims({ azp: foreign })));
    expect(warnings()).toEqual([expect.stringContaining('origin to ALLOWED_ORIGINS.')]);
  });

  test('is repeated after a minute, even if the wall clock is set', async () => {
    const token = await bench.token(claims({ azp: foreign }));
    await refusalOf(token);
    bench.clock.advance(59_999);
    await refusalOf(token);
    expect(warnings()).toHaveLength(1);
    bench.clock.advance(1);
    bench.clock.set(now * 1000);
    await refusalOf(token);
    expect(warnings()).toHaveLength(2);
  });

  test('is limited per reason', async () => {
    await refusalOf(await bench.token(claims({ azp: foreign })));
    await refusalOf(await bench.token(claims({ azp: undefined })));
    expect(warnings()).toHaveLength(2);
  });

  test('is not logged for reasons that no setting causes', async () => {
    await refusalOf(await bench.token(claims({ exp: now - 60 })));
    await refusalOf('a.b.c');
    expect(warnings()).toEqual([]);
  });
});

describe('the detail for a token', () => {
  test.each<[string, Changes, RegExp]>([
    ['a JWT template', header({ cat: 'cl_B7d4PD222AAA' }), /JWT template/],
    ['a JWT template with its own key', header({ cat: 'cl_B7d4PD222AAA', alg: 'HS256' }), /templ/],
    ['an OAuth client', header({ typ: 'at+jwt', cat: undefined }), /OAuth/],
    [
      'an OAuth client with the full media type',
      header({ typ: 'application/at+jwt', cat: undefined }),
      /OAuth/,
    ],
    ['a machine', header({ cat: 'cl_B7d4PD333AAA' }), /machine/],
    [
      'a machine without a category',
      { header: { cat: undefined }, claims: { sub: 'mch_1', sid: undefined } },
      /machine/,
    ],
    ['something else', header({ cat: 'cl_B7d4PD999AAA' }), /not a session token/],
  ])('of %s names its kind and the token to send', async (_what, changes, kind) => {
    const { code, message } = await refusalOf(await bench.token(changes));
    expect(code).toBe('token_invalid');
    expect(message).toMatch(kind);
    expect(message).toMatch(/session token.*getToken\(\)/);
    expect(message).not.toMatch(/fresh/);
  });

  test.each([
    ['oat_0123456789abcdef', /OAuth/],
    ['mt_0123456789abcdef', /machine/],
    ['ak_0123456789abcdef', /API key/],
    ['sk_test_0123456789abcdef', /secret key/],
  ])('%s names its kind and the token to send', async (token, kind) => {
    const { reason, message } = await refusalOf(token);
    expect(reason).toBe('form');
    expect(message).toMatch(kind);
    expect(message).toMatch(/session token/);
    expect(message).not.toContain('0123456789abcdef');
  });
});

describe('with CLERK_ACCEPT_TOKENS_WITHOUT_AZP', () => {
  beforeEach(() => {
    service = bench.serviceOn(bench.keys, { acceptTokensWithoutAzp: true });
  });

  test('accepts a token without azp', async () => {
    const token = await bench.token(claims({ azp: undefined }));
    await expect(service.verify(token)).resolves.toMatchObject({ clerkId: rightClaims['sub'] });
  });

  test.each([foreign, '', ' ', 'null', null, [], [webOrigins[0]], 0, false])(
    'refuses an azp of %j',
    async (azp) => {
      expect(await refusalOf(await bench.token(claims({ azp })))).toMatchObject({
        code: 'token_invalid',
        reason: 'azp_foreign',
      });
    },
  );
});

describe('the lifetime of a token', () => {
  test('can be 24 h', async () => {
    await expect(
      service.verify(await bench.token(claims({ exp: now + 86_400 }))),
    ).resolves.toBeDefined();
  });

  test('cannot be ten years', async () => {
    const token = await bench.token(claims({ exp: now + 315_360_000 }));
    expect(await refusalOf(token)).toMatchObject({ code: 'token_invalid', reason: 'lifetime' });
  });
});
