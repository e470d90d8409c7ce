import { LRUCache } from 'lru-cache';
import { SessionVerifier } from '../../core/auth/session-verifier.js';
import type { VerifiedSession } from '../../core/auth/verified-session.js';
import type { Clock } from '../../core/clock.js';
import { SingleFlight } from '../../core/single-flight.js';

/**
 * Tokens that are kept at most, and their characters together. Some 8,000 of usual length: with them
 * and 100,000 users, both caches stay under 100 MB (`npm run bench -- --only memory`).
 */
const limits = { max: 10_000, maxSize: 8_000_000 } as const;

/** Longest time that a token is believed without being verified again, in milliseconds. */
const maxAge = 60_000;

/** Characters of a token that find it: of the signature's end, the same for no two tokens by chance. */
const keyLength = 32;

interface Passed {
  readonly token: string;
  readonly session: VerifiedSession;
  /** Both in milliseconds since the epoch. A clock that was set back finds nothing. */
  readonly from: number;
  readonly until: number;
}

/**
 * Remembers session tokens that passed, until they expire: a signature is checked once, not on every
 * request. What did not pass is not remembered. Clerk cannot revoke a token before its `exp` anyway;
 * a deleted user is refused by the row.
 */
export class CachedSessionVerifier extends SessionVerifier {
  private readonly passed = new LRUCache<string, Passed>({
    ...limits,
    sizeCalculation: ({ token }) => token.length,
  });
  private readonly underWay = new SingleFlight<VerifiedSession>();

  constructor(
    private readonly verifier: SessionVerifier,
    private readonly clock: Clock,
  ) {
    super();
  }

  override recall(token: string): VerifiedSession | undefined {
    const found = this.passed.get(keyOf(token));
    // The key is only a part of the token: the whole of it must be the one that passed.
    if (found?.token !== token) return undefined;
    const now = this.clock.now();
    return now >= found.from && now < found.until ? found.session : undefined;
  }

  override async verify(token: string): Promise<VerifiedSession> {
    return this.recall(token) ?? this.underWay.run(token, () => this.verifyAnew(token));
  }

  private async verifyAnew(token: string): Promise<VerifiedSession> {
    const now = this.clock.now();
    const session = await this.verifier.verify(token);
    const until = Math.min(session.expiresAt, now + maxAge);
    if (until > now) this.passed.set(keyOf(token), { token, session, from: now, until });
    return session;
  }
}

function keyOf(token: string): string {
  return token.slice(-keyLength);
}
