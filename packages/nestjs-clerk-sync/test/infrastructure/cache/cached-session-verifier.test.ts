import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SessionVerifier, type VerifiedSession } from '../../../src/core/session-verifier.js';
import { CachedSessionVerifier } from '../../../src/infrastructure/cache/cached-session-verifier.js';
import { someTime } from '../../support/profile.builder.js';
import { now, TokenBench } from '../../support/session-tokens.js';

/** Counts verifications that are not served from the cache. */
class CountingVerifier extends SessionVerifier {
  calls = 0;
  /** Verifications that begin now end after it. */
  held = Promise.resolve();

  constructor(private readonly verifier: SessionVerifier) {
    super();
  }

  override async verify(token: string): Promise<VerifiedSession> {
    this.calls += 1;
    const { held } = this;
    const session = await this.verifier.verify(token);
    await held;
    return session;
  }
}

let bench: TokenBench;
let counting: CountingVerifier;
let cached: CachedSessionVerifier;
beforeAll(async () => {
  bench = await TokenBench.make();
});
beforeEach(() => {
  bench.clock.set(someTime);
  counting = new CountingVerifier(bench.service);
  cached = new CachedSessionVerifier(counting, bench.clock);
});

describe('CachedSessionVerifier', () => {
  test('verifies a token once and returns the same session again', async () => {
    const token = await bench.token();
    const session = await cached.verify(token);
    expect(session).toEqual(await bench.service.verify(token));
    expect(await cached.verify(token)).toBe(session);
    expect(counting.calls).toBe(1);
  });

  test('verifies once for 20 concurrent callers with the same token', async () => {
    const token = await bench.token();
    await Promise.all(Array.from({ length: 20 }, () => cached.verify(token)));
    expect(counting.calls).toBe(1);
  });

  test('verifies a cached token again once it has expired', async () => {
    const token = await bench.token();
    await cached.verify(token);
    bench.clock.set((now + 59) * 1000);
    await cached.verify(token);
    expect(counting.calls).toBe(1);
    bench.clock.set((now + 60) * 1000);
    await cached.verify(token);
    expect(counting.calls).toBe(2);
    bench.clock.set((now + 66) * 1000);
    await expect(cached.verify(token)).rejects.toMatchObject({ code: 'token_expired' });
  });

  test('caches no token for longer than 60 s, regardless of its expiry', async () => {
    const token = await bench.token({ claims: { exp: now + 86_400 } });
    await cached.verify(token);
    bench.clock.advance(59_999);
    await cached.verify(token);
    expect(counting.calls).toBe(1);
    bench.clock.advance(1);
    await cached.verify(token);
    expect(counting.calls).toBe(2);
  });

  test('caches no token for longer than 60 s, even if the wall clock is set back', async () => {
    const token = await bench.token({ claims: { exp: now + 86_400 } });
    await cached.verify(token);
    bench.clock.advance(60_000);
    bench.clock.set(someTime + 1_000);
    expect(cached.find(token)).toBeUndefined();
  });

  test('verifies a cached token again if the clock was set back to before its verification', async () => {
    const token = await bench.token();
    await cached.verify(token);
    bench.clock.set((now - 6) * 1000);
    await expect(cached.verify(token)).rejects.toMatchObject({ code: 'token_not_active' });
  });

  test('compares the whole token: a cached signature is not accepted for other claims', async () => {
    const token = await bench.token();
    await cached.verify(token);
    const other = await bench.token({ claims: { sub: 'user_mallory' } });
    const [, claims = ''] = other.split('.');
    const [header = '', , signature = ''] = token.split('.');
    await expect(cached.verify(`${header}.${claims}.${signature}`)).rejects.toMatchObject({
      code: 'token_invalid',
    });
    await expect(cached.verify(signature)).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(cached.verify(`x${token}`)).rejects.toMatchObject({ code: 'token_invalid' });
    expect(await cached.verify(token)).toMatchObject({ clerkId: 'user_2b6EX4MP1E' });
  });

  test('does not cache a refused token', async () => {
    const token = await bench.token({ claims: { azp: 'https://elsewhere.example' } });
    for (let time = 1; time <= 2; time += 1) {
      await expect(cached.verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
      expect(counting.calls).toBe(time);
    }
  });

  test('does not mix up the sessions of different tokens', async () => {
    const [ada, grace] = await Promise.all(
      ['user_ada', 'user_grace'].map((sub) => bench.token({ claims: { sub } })),
    );
    for (let time = 0; time < 2; time += 1) {
      expect((await cached.verify(ada ?? '')).clerkId).toBe('user_ada');
      expect((await cached.verify(grace ?? '')).clerkId).toBe('user_grace');
    }
    expect(counting.calls).toBe(2);
  });

  test('returns only cached sessions synchronously, and only until they expire', async () => {
    const token = await bench.token();
    expect(cached.find(token)).toBeUndefined();
    const session = await cached.verify(token);
    expect(cached.find(token)?.session).toBe(session);
    expect(cached.find(`x${token}`)).toBeUndefined();
    bench.clock.set((now + 60) * 1000);
    expect(cached.find(token)).toBeUndefined();
    bench.clock.set((now - 6) * 1000);
    expect(cached.find(token)).toBeUndefined();
    expect(counting.calls).toBe(1);
  });

  test('verifies cached tokens again once a signing key is withdrawn', async () => {
    const token = await bench.token();
    await cached.verify(token);
    cached.forgetAll();
    expect(cached.find(token)).toBeUndefined();
    await cached.verify(token);
    expect(counting.calls).toBe(2);
    expect(cached.find(token)).toBeDefined();
  });

  test('neither caches nor shares a verification that is in flight when a signing key is withdrawn', async () => {
    const token = await bench.token();
    const early = cached.verify(token);
    cached.forgetAll();
    // Signatures are checked in a thread pool, so the later verification could end first.
    let release = (): void => undefined;
    counting.held = new Promise((resolve) => (release = resolve));
    const late = cached.verify(token);
    expect(counting.calls).toBe(2);
    await early;
    expect(cached.find(token)).toBeUndefined();
    release();
    await late;
    expect(cached.find(token)).toBeDefined();
  });

  describe('with more tokens than fit', () => {
    /** A long token, so that about 1,100 fit. */
    const aLongToken = (jti: string): Promise<string> =>
      bench.token({ claims: { jti, exp: now + 86_400, padding: 'x'.repeat(9_000) } });
    let tokens: string[];

    /** @returns the number of cached tokens */
    const known = (): number => tokens.filter((each) => cached.find(each) !== undefined).length;

    async function verifyAll(): Promise<void> {
      for (const each of tokens) await cached.verify(each);
    }

    const makeTokens = (whose: string): Promise<string[]> =>
      Promise.all(Array.from({ length: 1_250 }, (_, at) => aLongToken(`${whose}${1_000 + at}`)));

    beforeEach(async () => {
      tokens = await makeTokens('some');
      await verifyAll();
    });

    test('caches 14,000,000 characters of tokens and verifies the others every time', async () => {
      const length = tokens[0]?.length ?? 0;
      expect(known()).toBe(Math.floor(14_000_000 / length));
      const before = counting.calls;
      await verifyAll();
      expect(counting.calls - before).toBe(tokens.length - known());
    });

    test('caches new tokens once others have expired', async () => {
      bench.clock.advance(59_999);
      const late = await aLongToken('late');
      await cached.verify(late);
      expect(cached.find(late)).toBeUndefined();

      // The last sweep for expired tokens was less than a second ago.
      bench.clock.advance(999);
      await cached.verify(late);
      expect(cached.find(late)).toBeUndefined();

      bench.clock.advance(1);
      await cached.verify(late);
      expect(cached.find(late)).toBeDefined();
      expect(known()).toBe(0);
    });

    test('caches as many new tokens once a signing key is withdrawn', async () => {
      const before = known();
      cached.forgetAll();
      tokens = await makeTokens('more');
      await verifyAll();
      expect(known()).toBe(before);
    });

    test('caches new tokens one second after the clock was set back', async () => {
      const before = known();
      bench.clock.set(someTime - 3_000);
      bench.clock.advance(1_000);
      tokens = await makeTokens('more');
      await verifyAll();
      expect(known()).toBe(before);
    });

    test('counts a token once, however often it is verified again', async () => {
      const before = known();
      cached = new CachedSessionVerifier(counting, bench.clock);
      const [first = ''] = tokens;
      for (let time = 0; time < 2_000; time += 1) {
        bench.clock.set(someTime - (time % 2) * 1_000); // Sets the clock back, so that the cached session is not used.
        await cached.verify(first);
      }
      bench.clock.set(someTime);
      await verifyAll();
      expect(known()).toBe(before);
    });
  });
});
