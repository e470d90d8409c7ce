import { SessionVerifier } from '../../core/auth/session-verifier.js';
import type { VerifiedSession } from '../../core/auth/verified-session.js';
import type { Clock } from '../../core/clock.js';
import { SingleFlight } from '../../core/single-flight.js';

/**
 * Characters of tokens that are kept at most. Some 14,000 tokens of usual length: with them and
 * 100,000 users, both caches stay under 100 MB (`npm run bench -- --only memory`).
 */
const maxCharacters = 14_000_000;

/** Longest time that a token is believed without being verified again, in milliseconds. */
const maxAge = 60_000;

/** Milliseconds between two looks for what has expired, since each looks at every token. */
const sweepInterval = 1_000;

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
 *
 * Where there is no room, a token is not kept until others have expired, a minute later at most. So
 * many are spared as fit, also where more people than that ask in turn: had each pushed out whoever
 * asked longest ago, nobody would be spared.
 */
export class CachedSessionVerifier extends SessionVerifier {
  private readonly passed = new Map<string, Passed>();
  private characters = 0;
  private sweptAt = Number.NEGATIVE_INFINITY;
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
    return isCurrent(found, this.clock.now()) ? found.session : undefined;
  }

  override async verify(token: string): Promise<VerifiedSession> {
    return this.recall(token) ?? this.underWay.run(token, () => this.verifyAnew(token));
  }

  private async verifyAnew(token: string): Promise<VerifiedSession> {
    const now = this.clock.now();
    const session = await this.verifier.verify(token);
    const until = Math.min(session.expiresAt, now + maxAge);
    if (until > now) this.keep({ token, session, from: now, until });
    return session;
  }

  private keep(passed: Passed): void {
    const key = keyOf(passed.token);
    // The same token where it was remembered for as long as one may be.
    this.drop(key);
    if (!this.hasRoomFor(passed)) this.sweep();
    if (!this.hasRoomFor(passed)) return;
    this.passed.set(key, passed);
    this.characters += passed.token.length;
  }

  private hasRoomFor({ token }: Passed): boolean {
    return this.characters + token.length <= maxCharacters;
  }

  private sweep(): void {
    const now = this.clock.now();
    if (Math.abs(now - this.sweptAt) < sweepInterval) return;
    this.sweptAt = now;
    for (const [key, passed] of this.passed) {
      if (!isCurrent(passed, now)) this.drop(key);
    }
  }

  private drop(key: string): void {
    this.characters -= this.passed.get(key)?.token.length ?? 0;
    this.passed.delete(key);
  }
}

function isCurrent({ from, until }: Passed, now: number): boolean {
  return now >= from && now < until;
}

function keyOf(token: string): string {
  return token.slice(-keyLength);
}
