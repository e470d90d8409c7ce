import { SessionVerifier, type VerifiedSession } from '../../core/session-verifier.js';
import type { Clock } from '../../core/clock.js';
import { SingleFlight } from '../../core/single-flight.js';
import { NoMetrics, type SyncMetrics } from '../../core/sync-metrics.js';

/**
 * Maximum total length of cached tokens, in characters: about 14,000 typical tokens. With them and
 * 100,000 users, both caches stay under 100 MB (`npm run bench -- --only memory`).
 */
const maxCharacters = 14_000_000;

/** Maximum age of a verification, in milliseconds. */
const maxAge = 60_000;

/**
 * Minimum interval between sweeps for expired tokens, in milliseconds; each sweep visits every
 * token.
 */
const sweepInterval = 1_000;

/**
 * Length of a token's key, in characters: the end of the signature, which two tokens do not share
 * by chance. V8 copies a slice of up to 12 characters. A longer slice refers to the whole header, and
 * looking it up takes several times as long.
 */
const keyLength = 12;

/** A token that was verified. */
export interface CachedToken<Kept> {
  readonly token: string;
  readonly session: VerifiedSession;
  /** Data that a caller attaches to the token. */
  kept?: Kept;
  /**
   * When it was verified and when it expires, in milliseconds since the epoch. If the machine's
   * clock is set back to before `verifiedAt`, `nbf` and `iat` must be checked again.
   */
  readonly verifiedAt: number;
  readonly expiresAt: number;
  /** The end of its maximum age, by the monotonic clock. */
  readonly trustedUntil: number;
}

/**
 * Caches verified session tokens until they expire: a signature is checked once per token, not once
 * per request. Refused tokens are not cached. Clerk cannot revoke a token before its `exp` anyway,
 * except by withdrawing the signing key (`forgetAll`); a deleted user is refused by the row.
 *
 * When the cache is full, new tokens are not admitted until others have expired, a minute later at
 * most. LRU would evict every token before its reuse if more users than fit send requests cyclically.
 */
export class CachedSessionVerifier<Kept = unknown> extends SessionVerifier {
  private readonly cached = new Map<string, CachedToken<Kept>>();
  private characters = 0;
  private sweptAt = Number.NEGATIVE_INFINITY;
  private inFlight = new SingleFlight<VerifiedSession>();

  constructor(
    private readonly verifier: SessionVerifier,
    private readonly clock: Clock,
    private readonly metrics: SyncMetrics = new NoMetrics(),
  ) {
    super();
  }

  /**
   * @param token the bearer token as it arrived
   * @param monotonic the current time by the monotonic clock
   * @returns undefined if it must be verified
   */
  find(token: string, monotonic = this.clock.monotonic()): CachedToken<Kept> | undefined {
    const found = this.cached.get(keyOf(token));
    // The key is only part of the token; the rest must match too.
    return found?.token === token && this.isCurrent(found, monotonic) ? found : undefined;
  }

  override verify(token: string): Promise<VerifiedSession> {
    const found = this.find(token);
    this.metrics.cacheRequested('token', found === undefined ? 'miss' : 'hit');
    if (found !== undefined) return Promise.resolve(found.session);
    return this.inFlight.run(token, () => this.verifyUncached(token));
  }

  /**
   * Drops every verification, and does not cache or share those in flight: they may have used a
   * signing key that is no longer trusted.
   */
  forgetAll(): void {
    this.cached.clear();
    this.characters = 0;
    this.inFlight = new SingleFlight();
  }

  private verifyUncached(token: string): Promise<VerifiedSession> {
    const { inFlight } = this;
    const verifiedAt = this.clock.now();
    const trustedUntil = this.clock.monotonic() + maxAge;
    return this.verifier.verify(token).then((session) => {
      const { expiresAt } = session;
      if (expiresAt > verifiedAt && inFlight === this.inFlight)
        this.keep({ token, session, verifiedAt, expiresAt, trustedUntil });
      return session;
    });
  }

  private keep(cached: CachedToken<Kept>): void {
    const key = keyOf(cached.token);
    // The same token may be cached past its maximum age.
    this.drop(key);
    if (!this.hasRoomFor(cached)) this.sweep();
    if (!this.hasRoomFor(cached)) return;
    this.cached.set(key, cached);
    this.characters += cached.token.length;
  }

  private hasRoomFor({ token }: CachedToken<Kept>): boolean {
    return this.characters + token.length <= maxCharacters;
  }

  private sweep(): void {
    const now = this.clock.monotonic();
    if (now - this.sweptAt < sweepInterval) return;
    this.sweptAt = now;
    for (const [key, cached] of this.cached) {
      if (!this.isCurrent(cached, now)) this.drop(key);
    }
  }

  private isCurrent(cached: CachedToken<Kept>, monotonic: number): boolean {
    const now = this.clock.now();
    return now >= cached.verifiedAt && now < cached.expiresAt && monotonic < cached.trustedUntil;
  }

  private drop(key: string): void {
    const known = this.cached.get(key);
    if (known === undefined) return;
    this.characters -= known.token.length;
    this.cached.delete(key);
  }
}

function keyOf(token: string): string {
  return token.slice(-keyLength);
}
