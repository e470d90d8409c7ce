import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthUnavailableError } from '../../../../src/core/auth/auth.errors.js';
import { SigningKeys } from '../../../../src/infrastructure/clerk/signing-keys.js';
import {
  issuer,
  now,
  rightClaims,
  TokenBench,
  webOrigins,
  type Changes,
} from '../../../support/session-tokens.js';

let bench: TokenBench;

beforeAll(async () => {
  bench = await TokenBench.make();
});

beforeEach(() => {
  bench.clock.set(now * 1000);
});

/** The token with these changes is refused with this code. */
async function expectRefused(changes: Changes, code: string): Promise<void> {
  const refused = bench.service.verify(await bench.token(changes));
  await expect(refused).rejects.toMatchObject({ name: 'AuthenticationError', code });
}

async function expectAccepted(changes: Changes): Promise<void> {
  await expect(bench.service.verify(await bench.token(changes))).resolves.toMatchObject({
    sessionId: 'sess_2b6EX4MP1E',
  });
}

const claim = (claims: Readonly<Record<string, unknown>>): Changes => ({ claims });
const header = (changes: Readonly<Record<string, unknown>>): Changes => ({ header: changes });

describe('a session token as Clerk issues it', () => {
  it('proves who it is, without a profile where there are no customised claims', async () => {
    expect(await bench.service.verify(await bench.token())).toEqual({
      clerkId: rightClaims['sub'],
      sessionId: rightClaims['sid'],
      profile: null,
    });
  });

  it('carries the profile of its customised claims', async () => {
    const claims = { email: 'a@x.example', name: 'Ada', imageUrl: null };
    expect(await bench.service.verify(await bench.token({ claims }))).toMatchObject({
      profile: {
        ...claims,
        clerkId: rightClaims['sub'],
        version: { at: now * 1000, exact: false },
      },
    });
  });

  it('may be large', async () => {
    await expectAccepted(claim({ permissions: 'x'.repeat(16_000) }));
  });
});

describe('exp: 5 s of leeway', () => {
  it.each([
    ['in its last second', 59_999],
    ['at exp', 60_000],
    ['a millisecond before exp + 5 s', 64_999],
  ])('is accepted %s', async (_when, later) => {
    bench.clock.advance(later);
    await expectAccepted({});
  });

  it.each([
    ['at exp + 5 s', 65_000],
    ['a day later', 86_400_000],
  ])('has expired %s', async (_when, later) => {
    bench.clock.advance(later);
    await expectRefused({}, 'token_expired');
  });

  it.each([
    ['missing', undefined],
    ['a text', String(now + 60)],
    ['null', null],
    ['a list', [now + 60]],
  ])('is refused where it is %s', (_what, exp) => expectRefused(claim({ exp }), 'token_invalid'));
});

describe('nbf: 5 s of leeway', () => {
  it.each([
    ['5 s ahead', now + 5],
    ['now', now],
    ['missing', undefined],
  ])('is accepted %s', (_what, nbf) => expectAccepted(claim({ nbf })));

  it.each([
    ['6 s ahead', now + 6],
    ['an hour ahead', now + 3_600],
  ])('is too early %s', (_what, nbf) => expectRefused(claim({ nbf }), 'token_not_active'));

  it.each([
    ['a text', String(now)],
    ['null', null],
  ])('is refused where it is %s', (_what, nbf) => expectRefused(claim({ nbf }), 'token_invalid'));
});

describe('iat: 5 s of leeway', () => {
  it.each([
    ['5 s ahead', now + 5],
    ['a minute ago', now - 60],
  ])('is accepted %s', (_what, iat) => expectAccepted(claim({ iat })));

  it.each([
    ['6 s ahead', now + 6],
    ['an hour ahead', now + 3_600],
  ])('is too early %s', (_what, iat) => expectRefused(claim({ iat }), 'token_not_active'));

  it.each([
    ['missing', undefined],
    ['a text', String(now)],
    ['null', null],
    ['before the epoch', -1],
    ['less than any database can hold', -1e300],
  ])('is refused where it is %s', (_what, iat) => expectRefused(claim({ iat }), 'token_invalid'));
});

describe('sub and sid', () => {
  const wrong: [string, unknown][] = [
    ['missing', undefined],
    ['empty', ''],
    ['null', null],
    ['a number', 7],
    ['a list', ['user_1']],
  ];

  it.each(wrong)('is refused where sub is %s', (_what, sub) =>
    expectRefused(claim({ sub }), 'token_invalid'),
  );

  it.each([
    ['has NUL in it', 'user_\0'],
    ['has a lone surrogate in it', 'user_\ud83d'],
    ['has space in it', 'user 1'],
    ['is too long for an index', 'u'.repeat(256)],
  ])('is refused where sub %s, since no row could have it', (_what, sub) =>
    expectRefused(claim({ sub }), 'token_invalid'),
  );

  it.each(wrong)('is refused where sid is %s', (_what, sid) =>
    expectRefused(claim({ sid }), 'token_invalid'),
  );
});

describe('iss', () => {
  it.each([
    ['missing', undefined],
    ['another instance’s', 'https://other.clerk.accounts.dev'],
    ['written with a slash', `${issuer}/`],
    ['written in capitals', issuer.toUpperCase()],
    ['a list that has it', [issuer]],
    ['null', null],
  ])('is refused where it is %s', (_what, iss) => expectRefused(claim({ iss }), 'token_invalid'));
});

describe('azp', () => {
  it.each(webOrigins)('is accepted as %s, one of the authorised parties', (azp) =>
    expectAccepted(claim({ azp })),
  );

  it.each([
    ['missing', undefined],
    ['another origin', 'https://evil.example'],
    ['one of them and more', `${String(webOrigins[0])}.evil.example`],
    ['empty', ''],
    ['null', null],
    ['a list that has it', [webOrigins[0]]],
  ])('is refused where it is %s', (_what, azp) => expectRefused(claim({ azp }), 'token_invalid'));
});

describe('sts', () => {
  it.each([
    ['missing', undefined],
    ['active', 'active'],
  ])('is accepted where it is %s', (_what, sts) => expectAccepted(claim({ sts })));

  it('has a task left where it is pending', () =>
    expectRefused(claim({ sts: 'pending' }), 'session_pending'));

  it.each(['revoked', 'Pending', '', null, 1, ['active']])('is refused where it is %j', (sts) =>
    expectRefused(claim({ sts }), 'token_invalid'),
  );
});

describe('cat, the category', () => {
  it.each([undefined, 'cl_B7d4PD111AAA', 'cl_I7d4PD111III'])('is accepted as %j', (cat) =>
    expectAccepted(header({ cat })),
  );

  it.each(['cl_B7d4PD222AAA', 'cl_B7d4PD111AAA ', '', null, 7, ['cl_B7d4PD111AAA']])(
    'is refused as %j',
    (cat) => expectRefused(header({ cat }), 'token_invalid'),
  );
});

describe('typ', () => {
  it.each([undefined, 'JWT', 'jwt'])('is accepted as %j', (typ) => expectAccepted(header({ typ })));

  it.each(['at+jwt', 'JWTX', 'logout+jwt', '', null, 7])('is refused as %j', (typ) =>
    expectRefused(header({ typ }), 'token_invalid'),
  );
});

describe('crit', () => {
  it.each([
    ['an extension that nobody knows', { crit: ['exotic'], exotic: true }],
    ['b64, which the library knows', { crit: ['b64'], b64: true }],
    ['an unencoded payload', { crit: ['b64'], b64: false }],
    ['nothing', { crit: [] }],
    ['null', { crit: null }],
    ['a header that is not there', { crit: ['exotic'] }],
  ])('is refused where it names %s', (_what, changes) =>
    expectRefused(header(changes), 'token_invalid'),
  );
});

describe('kid', () => {
  it.each([
    ['missing', undefined],
    ['unknown', 'ins_other'],
    ['empty', ''],
    ['a number', 7],
    ['a property of every object', '__proto__'],
  ])('is refused where it is %s', (_what, kid) => expectRefused(header({ kid }), 'token_invalid'));
});

describe('when the keys cannot be had', () => {
  /** Fails as it is told. */
  class BrokenKeys extends SigningKeys {
    constructor(private readonly failure: Error) {
      super();
    }

    override find(): Promise<never> {
      return Promise.reject(this.failure);
    }
  }

  it('passes an outage on as one: it signs nobody out', async () => {
    const outage = new AuthUnavailableError('Clerk is down.', 2);
    const verified = bench.serviceOn(new BrokenKeys(outage)).verify(await bench.token());
    await expect(verified).rejects.toBe(outage);
  });

  it('passes a bug on as one: it signs nobody out', async () => {
    const bug = new TypeError('x is not a function');
    const verified = bench.serviceOn(new BrokenKeys(bug)).verify(await bench.token());
    await expect(verified).rejects.toBe(bug);
  });
});
