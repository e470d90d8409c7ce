import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { AuthenticationError } from '../../../src/core/errors.js';
import type { VerifiedSession } from '../../../src/core/session-verifier.js';
import {
  anyJson,
  anyText,
  anyTime,
  edited,
  profileClaimsOf,
  someOf,
  tokenLetters,
} from '../../support/arbitraries.js';
import { inTime } from '../../support/in-time.js';
import { signText } from '../../support/jws.js';
import { now, rightClaims, rightHeader, TokenBench } from '../../support/session-tokens.js';
import { expectNormalised } from '../../support/valid-profile.js';

let bench: TokenBench;
beforeAll(async () => {
  bench = await TokenBench.make();
});

/** @returns the session, or null if the token is refused; any other error is a bug */
async function verify(token: string): Promise<VerifiedSession | null> {
  try {
    return await inTime(() => bench.service.verify(token));
  } catch (error) {
    expect(error).toBeInstanceOf(AuthenticationError);
    return null;
  }
}

describe('ClerkService with any text', () => {
  const base64url = fc.string({ unit: fc.constantFrom(...'AQgwz09-_'.split('')), maxLength: 60 });
  const texts = fc.oneof(
    anyText,
    fc.string({ unit: 'binary', maxLength: 16_000 }),
    fc.array(base64url, { maxLength: 6 }).map((parts) => parts.join('.')),
    fc
      .array(fc.jsonValue(), { minLength: 2, maxLength: 4 })
      .map((parts) =>
        parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.'),
      ),
  );

  test('refuses it in time', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await verify(text)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  test('refuses any edit of a valid token', async () => {
    const right = await bench.token();
    await fc.assert(
      fc.asyncProperty(edited(right, tokenLetters), async (token) => {
        fc.pre(token !== right);
        expect(await verify(token)).toBeNull();
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('ClerkService with correctly signed tokens', () => {
  const sign = (header: unknown, payload: string | Uint8Array): Promise<string> => {
    const head = Buffer.from(JSON.stringify(header)).toString('base64url');
    return signText(bench.key.privateKey, `${head}.${Buffer.from(payload).toString('base64url')}`);
  };
  const oftenRight = (right: unknown, others: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 6, arbitrary: fc.constant(right) }, others);

  const claims = fc.record({
    ...Object.fromEntries(
      ['sub', 'sid', 'azp', 'iss', 'sts'].map((name) => [
        name,
        oftenRight(rightClaims[name], anyJson),
      ]),
    ),
    ...Object.fromEntries(
      ['exp', 'nbf', 'iat'].map((name) => [name, oftenRight(rightClaims[name], anyTime(now))]),
    ),
  });
  const header = someOf({
    typ: oftenRight('JWT', anyJson),
    cat: oftenRight('cl_B7d4PD111AAA', anyJson),
    cty: anyJson,
    zip: anyJson,
    x: anyJson,
  });

  test('returns a session with valid claims and a normalised profile or none, or refuses the token', async () => {
    let accepted = 0;
    let profiles = 0;
    await fc.assert(
      fc.asyncProperty(header, claims, profileClaimsOf(now), async (head, body, profile) => {
        const payload = JSON.stringify({ ...body, ...profile });
        const session = await verify(
          await sign({ ...rightHeader('ins_trusted'), ...head }, payload),
        );
        if (session === null) return;
        accepted += 1;
        const { sub, sid, iss } = body as Record<string, unknown>;
        expect(session).toMatchObject({ clerkId: sub, sessionId: sid });
        expect(iss).toBe(rightClaims['iss']);
        if (session.profile === null) return;
        profiles += 1;
        expectNormalised(session.profile);
        expect(session.profile.clerkId).toBe(sub);
      }),
      { numRuns: 2_000 },
    );
    // Guards against a generator that never reaches the check.
    expect(accepted).toBeGreaterThan(100);
    expect(profiles).toBeGreaterThan(10);
  });

  test('refuses any other JSON and any bytes', async () => {
    const payloads = fc.oneof(
      fc.json(),
      fc.uint8Array({ maxLength: 400 }),
      edited(JSON.stringify(rightClaims), anyText),
    );
    await fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        const session = await verify(await sign(rightHeader('ins_trusted'), payload));
        // An edit may leave the claims valid.
        if (session !== null) expect(session.clerkId).toMatch(/^[\x21-\x7e]{1,255}$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
