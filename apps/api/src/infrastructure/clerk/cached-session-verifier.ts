import { SessionVerifier, type VerifiedSession } from '../../core/auth/session-verifier.js';
import type { Clock } from '../../core/clock.js';
import { SingleFlight } from '../../core/single-flight.js';

/**
 * Characters of tokens that are kept at most. Some 14,000 tokens of usual length: with them and
 * 100,000 users, both caches stay under 100 MB (`npm run bench -- --only memory`).
 */
const maxCharacters = 14_000_000;

/** Maximum age of a verification, in milliseconds. */
const maxAge = 60_000;

/** Least milliseconds between two sweeps of expired tokens, since each visits every token. */
const sweepInterval = 1_000;

/** Characters of a token that find it: of the signature's end, the same for no two tokens by chance. */
const keyLength = 32;

interface Passed {
  readonly token: string;
  readonly session: VerifiedSession;
  /**
   * When it was verified and when it expires, in milliseconds since the epoch. After the machine's
   * clock was set back to before `verifiedAt`, `nbf` and `iat` have to be checked again.
   */
  readonly verifiedAt: number;
  readonly expiresAt: number;
  /** The end of its maximum age, by the monotonic clock. */
  readonly trustedUntil: number;
}

/**
 * Caches verified session tokens until they expire: a signature is checked once per token, not once
 * per request. Refused tokens are not cached. Clerk cannot revoke a token before its `exp` anyway; a
 * deleted user is refused by the row.
 *
 * When the cache is full, new tokens are not admitted until others have expired, a minute later at
 * most. LRU would evict every token before its reuse when more users than fit ask in turn.
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
    return this.isCurrent(found) ? found.session : undefined;
  }

  override async verify(token: string): Promise<VerifiedSession> {
    return this.recall(token) ?? this.underWay.run(token, () => this.verifyUncached(token));
  }

  private async verifyUncached(token: string): Promise<VerifiedSession> {
    const verifiedAt = this.clock.now();
    const trustedUntil = this.clock.monotonic() + maxAge;
    const session = await this.verifier.verify(token);
    const { expiresAt } = session;
    if (expiresAt > verifiedAt) this.keep({ token, session, verifiedAt, expiresAt, trustedUntil });
    return session;
  }

  private keep(passed: Passed): void {
    const key = keyOf(passed.token);
    // The same token may be there, past its maximum age.
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
    const now = this.clock.monotonic();
    if (now - this.sweptAt < sweepInterval) return;
    this.sweptAt = now;
    for (const [key, passed] of this.passed) {
      if (!this.isCurrent(passed)) this.drop(key);
    }
  }

  private isCurrent({ verifiedAt, expiresAt, trustedUntil }: Passed): boolean {
    const now = this.clock.now();
    return now >= verifiedAt && now < expiresAt && this.clock.monotonic() < trustedUntil;
  }

  private drop(key: string): void {
    this.characters -= this.passed.get(key)?.token.length ?? 0;
    this.passed.delete(key);
  }
}

function keyOf(token: string): string {
  return token.slice(-keyLength);
}
