import { type CryptoKey, generateKeyPair } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AuthUnavailableError } from '../../../src/core/errors.js';
import { SigningKeys } from '../../../src/infrastructure/clerk/signing-keys.js';
import {
  now,
  rightClaims,
  TokenBench,
  webOrigins,
  type Changes,
} from '../../support/session-tokens.js';

let bench: TokenBench;

beforeAll(async () => {
  bench = await TokenBench.make();
});

beforeEach(() => {
  bench.clock.set(now * 1000);
});

/** Expects that a token with these changes is refused with this code. */
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

/** Refusals are in clerk.service.forgery.test.ts. */
describe('a session token from Clerk', () => {
  test('identifies the user without a profile if it has no customised claims', async () => {
    expect(await bench.service.verify(await bench.token())).toEqual({
      clerkId: rightClaims['sub'],
      sessionId: rightClaims['sid'],
      issuedAt: now * 1000,
      expiresAt: (now + 60) * 1000,
      profile: null,
    });
  });

  test('carries the profile of its customised claims', async () => {
    const claims = { email: 'a@x.example', name: 'Ada', imageUrl: null };
    expect(await bench.service.verify(await bench.token({ claims }))).toMatchObject({
      profile: {
        ...claims,
        clerkId: rightClaims['sub'],
        version: { at: now * 1000, exact: false },
      },
    });
  });

  test('can be large', async () => {
    await expectAccepted(claim({ permissions: 'x'.repeat(16_000) }));
  });
});

describe('a session token of an impersonation', () => {
  const profile = { email: 'a@x.example', name: 'Ada', imageUrl: null };

  test('names the impersonator in the session and in the profile', async () => {
    const token = await bench.token({ claims: { ...profile, act: { sub: 'user_admin' } } });
    expect(await bench.service.verify(token)).toMatchObject({
      actor: 'user_admin',
      profile: { actor: 'user_admin' },
    });
  });

  test.each([null, 'user_admin', {}, { sub: 7 }, { sub: 'no id' }])(
    'is accepted without an actor if it does not name one: %j',
    async (act) => {
      const verified = await bench.service.verify(
        await bench.token({ claims: { ...profile, act } }),
      );
      expect(verified).not.toHaveProperty('actor');
      expect(verified.profile).not.toHaveProperty('actor');
    },
  );
});

describe('exp: 5 s of leeway', () => {
  test.each([
    ['in its last second', 59_999],
    ['at exp', 60_000],
    ['a millisecond before exp + 5 s', 64_999],
  ])('is accepted %s', async (_when, later) => {
    bench.clock.advance(later);
    await expectAccepted({});
  });

  test.each([
    ['at exp + 5 s', 65_000],
    ['a day later', 86_400_000],
  ])('has expired %s', async (_when, later) => {
    bench.clock.advance(later);
    await expectRefused({}, 'token_expired');
  });
});

describe('nbf and iat: 5 s of leeway', () => {
  test.each([
    ['5 s ahead', 5],
    ['now', 0],
    ['a minute ago', -60],
  ])('are accepted %s', async (_when, later) => {
    await expectAccepted(claim({ nbf: now + later }));
    await expectAccepted(claim({ iat: now + later }));
  });

  test.each(['nbf', 'iat'])('%s is refused 6 s ahead and accepted 5 s ahead', async (name) => {
    await expectRefused(claim({ [name]: now + 6 }), 'token_not_active');
    bench.clock.advance(999);
    await expectRefused(claim({ [name]: now + 6 }), 'token_not_active');
    bench.clock.advance(1);
    await expectAccepted(claim({ [name]: now + 6 }));
  });
});

describe('a session token with differences that Clerk allows', () => {
  test.each<[string, Changes]>([
    ['no nbf', claim({ nbf: undefined })],
    ['no sts', claim({ sts: undefined })],
    ['the first authorised party', claim({ azp: webOrigins[0] })],
    ['the second authorised party', claim({ azp: webOrigins[1] })],
    ['no category', header({ cat: undefined })],
    ['the second accepted category', header({ cat: 'cl_I7d4PD111III' })],
    ['no type', header({ typ: undefined })],
    ['the type in lower case', header({ typ: 'jwt' })],
  ])('is accepted with %s', (_what, changes) => expectAccepted(changes));
});

describe('a refusal', () => {
  test.each<[string, Changes, RegExp]>([
    ['that expired', claim({ exp: now - 60 }), /expired.*fresh one/],
    ['that is not active', claim({ nbf: now + 60 }), /not valid yet.*clock/],
    ['issued in the future', claim({ iat: now + 60 }), /not valid yet.*clock/],
    ['of a pending session', claim({ sts: 'pending' }), /pending task.*Complete it/],
    ['of another issuer', claim({ iss: 'x' }), /not valid here.*fresh one/],
  ])('of a token %s names the next step', async (_what, changes, message) => {
    await expect(bench.service.verify(await bench.token(changes))).rejects.toThrow(message);
  });
});

describe('ClerkService with failing keys', () => {
  /** Fails with the given error. */
  class BrokenKeys extends SigningKeys {
    constructor(private readonly failure: Error) {
      super();
    }

    override find(): Promise<never> {
      return Promise.reject(this.failure);
    }
  }

  test('passes on the error of an outage, which is not a 401', async () => {
    const outage = new AuthUnavailableError('Clerk is down.', 2);
    const verified = bench.serviceOn(new BrokenKeys(outage)).verify(await bench.token());
    await expect(verified).rejects.toBe(outage);
  });

  test('passes on an unexpected error, which is not a 401', async () => {
    const bug = new TypeError('x is not a function');
    const verified = bench.serviceOn(new BrokenKeys(bug)).verify(await bench.token());
    await expect(verified).rejects.toBe(bug);
  });

  test('passes on an error of a key that verifies no RS256, which is not a 401', async () => {
    const { publicKey } = await generateKeyPair('Ed25519');
    class OddKeys extends SigningKeys {
      override find(): Promise<CryptoKey> {
        return Promise.resolve(publicKey);
      }
    }
    const verified = bench.serviceOn(new OddKeys()).verify(await bench.token());
    await expect(verified).rejects.toBeInstanceOf(TypeError);
  });
});
