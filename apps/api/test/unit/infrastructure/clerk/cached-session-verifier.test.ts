import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SessionVerifier } from '../../../../src/core/auth/session-verifier.js';
import type { VerifiedSession } from '../../../../src/core/auth/verified-session.js';
import { CachedSessionVerifier } from '../../../../src/infrastructure/clerk/cached-session-verifier.js';
import { someTime } from '../../../support/profile.builder.js';
import { now, TokenBench } from '../../../support/session-tokens.js';

/** Counts what is verified anew. */
class CountingVerifier extends SessionVerifier {
  calls = 0;

  constructor(private readonly verifier: SessionVerifier) {
    super();
  }

  override verify(token: string): Promise<VerifiedSession> {
    this.calls += 1;
    return this.verifier.verify(token);
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
  it('verifies a token once, and gives the same session again', async () => {
    const token = await bench.token();
    const session = await cached.verify(token);
    expect(session).toEqual(await bench.service.verify(token));
    expect(await cached.verify(token)).toBe(session);
    expect(counting.calls).toBe(1);
  });

  it('verifies once for all who bring the same token at the same time', async () => {
    const token = await bench.token();
    await Promise.all(Array.from({ length: 20 }, () => cached.verify(token)));
    expect(counting.calls).toBe(1);
  });

  it('refuses a remembered token from its expiry on, as the verifier does', async () => {
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

  it('believes no token for longer than 60 s, whatever its expiry', async () => {
    const token = await bench.token({ claims: { exp: now + 86_400 } });
    await cached.verify(token);
    bench.clock.advance(59_999);
    await cached.verify(token);
    expect(counting.calls).toBe(1);
    bench.clock.advance(1);
    await cached.verify(token);
    expect(counting.calls).toBe(2);
  });

  it('asks again when the clock was set back to before it was verified', async () => {
    const token = await bench.token();
    await cached.verify(token);
    bench.clock.set((now - 6) * 1000);
    await expect(cached.verify(token)).rejects.toMatchObject({ code: 'token_not_active' });
  });

  it('compares the whole token: a remembered signature opens nothing for other claims', async () => {
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

  it('remembers nothing of a token that did not pass', async () => {
    const token = await bench.token({ claims: { azp: 'https://elsewhere.example' } });
    for (let time = 1; time <= 2; time += 1) {
      await expect(cached.verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
      expect(counting.calls).toBe(time);
    }
  });

  it('keeps the sessions of different tokens apart', async () => {
    const [ada, grace] = await Promise.all(
      ['user_ada', 'user_grace'].map((sub) => bench.token({ claims: { sub } })),
    );
    for (let time = 0; time < 2; time += 1) {
      expect((await cached.verify(ada ?? '')).clerkId).toBe('user_ada');
      expect((await cached.verify(grace ?? '')).clerkId).toBe('user_grace');
    }
    expect(counting.calls).toBe(2);
  });

  it('knows at once what passed, for as long as it is remembered, and nothing else', async () => {
    const token = await bench.token();
    expect(cached.recall(token)).toBeUndefined();
    const session = await cached.verify(token);
    expect(cached.recall(token)).toBe(session);
    expect(cached.recall(`x${token}`)).toBeUndefined();
    bench.clock.set((now + 60) * 1000);
    expect(cached.recall(token)).toBeUndefined();
    bench.clock.set((now - 6) * 1000);
    expect(cached.recall(token)).toBeUndefined();
    expect(counting.calls).toBe(1);
  });
});
