import type { CryptoKey } from 'jose';
import { AuthUnavailableError } from '../../core/auth/auth.errors.js';
import type { Clock } from '../../core/clock.js';
import type { InfrastructureLog } from '../telemetry/infrastructure-log.js';
import { withDeadline } from '../../core/with-deadline.js';
import { SigningKeys } from './signing-keys.js';

/** All in milliseconds, measured by the monotonic clock: the machine's time may be set at any moment. */
export const signingKeyTimes = {
  /** A set older than this is loaded again, while it goes on serving. */
  refreshAfter: 10 * 60_000,
  /** A set that could not be loaded again for this long is trusted no more. */
  trustedFor: 24 * 60 * 60_000,
  /** At most one load in this time for key ids that the set does not have: made-up ones are free to send. */
  unknownKidCooldown: 30_000,
  /** After a load that failed, nothing is asked for this long. */
  retryAfterFailure: 1_000,
  /** How long a request waits for a load: well under the 5 s in which it must be answered. */
  wait: 4_000,
} as const;

interface KeySet {
  readonly keys: ReadonlyMap<string, CryptoKey>;
  readonly loadedAt: number;
}

/** Loads the keys by key id. `JwksSource` is one. */
export interface KeySource {
  load(): Promise<ReadonlyMap<string, CryptoKey>>;
}

/**
 * Caches Clerk's key set: one load in flight, a bounded number of loads for unknown `kid`s, and a set
 * that outlives an outage of Clerk.
 */
export class RemoteSigningKeys extends SigningKeys {
  private set: KeySet | null = null;
  private loading: Promise<KeySet> | null = null;
  private failedAt = Number.NEGATIVE_INFINITY;
  private unknownKidLoadAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly source: KeySource,
    private readonly clock: Clock,
    private readonly log: InfrastructureLog,
  ) {
    super();
  }

  override async find(kid: string | undefined): Promise<CryptoKey | null> {
    if (kid === undefined) return null;
    const arrivedAt = this.clock.monotonic();
    const set = await this.current(arrivedAt);
    const key = set.keys.get(kid);
    if (key !== undefined) return key;
    // Loaded since this request arrived: Clerk has just said that there is no such key.
    if (set !== this.set || set.loadedAt > arrivedAt) return this.set?.keys.get(kid) ?? null;
    return this.findUnknown(kid, arrivedAt);
  }

  private async current(now: number): Promise<KeySet> {
    const set = this.set;
    if (set === null || now - set.loadedAt > signingKeyTimes.trustedFor) return this.waitForLoad();
    if (now - set.loadedAt > signingKeyTimes.refreshAfter && !this.failedLately(now)) {
      // Nobody waits for this one; a failure is logged and the set goes on serving.
      this.load().catch(() => undefined);
    }
    return set;
  }

  private async findUnknown(kid: string, now: number): Promise<CryptoKey | null> {
    const cooledDownAt = this.unknownKidLoadAt + signingKeyTimes.unknownKidCooldown;
    if (this.loading === null && now < cooledDownAt) {
      // While Clerk cannot be asked, nobody can say that the key does not exist.
      if (this.failedAt >= this.unknownKidLoadAt) {
        throw unavailable((cooledDownAt - now) / 1000);
      }
      return null;
    }
    // A load that is not begun, since one has just failed, costs nobody the next 30 s.
    if (this.loading === null && !this.failedLately(now)) this.unknownKidLoadAt = now;
    return (await this.waitForLoad()).keys.get(kid) ?? null;
  }

  private waitForLoad(): Promise<KeySet> {
    if (this.loading === null && this.failedLately(this.clock.monotonic())) {
      return Promise.reject(unavailable());
    }
    return withDeadline(
      this.load().catch((cause: unknown) => {
        throw unavailable(undefined, cause);
      }),
      signingKeyTimes.wait,
      () => unavailable(),
    );
  }

  private load(): Promise<KeySet> {
    this.loading ??= this.loadNow().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  private async loadNow(): Promise<KeySet> {
    try {
      const keys = await this.source.load();
      this.set = { keys, loadedAt: this.clock.monotonic() };
      this.failedAt = Number.NEGATIVE_INFINITY;
      return this.set;
    } catch (cause) {
      this.failedAt = this.clock.monotonic();
      this.log.warn('Clerk’s signing keys could not be loaded.', cause);
      throw cause;
    }
  }

  private failedLately(now: number): boolean {
    return now - this.failedAt < signingKeyTimes.retryAfterFailure;
  }
}

function unavailable(retryAfterSeconds = 2, cause?: unknown): AuthUnavailableError {
  return new AuthUnavailableError(
    'Sessions cannot be checked right now. Try again shortly; you stay signed in.',
    Math.max(1, Math.ceil(retryAfterSeconds)),
    { cause },
  );
}
