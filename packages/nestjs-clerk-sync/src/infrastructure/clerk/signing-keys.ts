import { KeyObject } from 'node:crypto';
import { type CryptoKey, importSPKI } from 'jose';
import type { Clock } from '../../core/clock.js';
import { AuthUnavailableError } from '../../core/errors.js';
import { withDeadline } from '../../core/with-deadline.js';
import type { InfrastructureLog } from '../../core/log.js';
import { NoMetrics, type SyncMetrics } from '../../core/sync-metrics.js';

/** The public keys that Clerk signs session tokens with. */
export abstract class SigningKeys {
  private readonly withdrawalListeners: (() => void)[] = [];

  /**
   * @param kid the key id of the token's header; undefined if it has none
   * @returns the key, or null if there is no such key
   * @throws AuthUnavailableError if the keys cannot be loaded at the moment
   */
  abstract find(kid: string | undefined): Promise<CryptoKey | null>;

  /**
   * Loads the keys before the first request needs them. Never rejects: a failure is logged, and
   * requests load them again.
   *
   * @returns once they are loaded, that has failed, or a request would no longer wait
   */
  prepare(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * @param listener called when a key that was found before is no longer trusted, so that earlier
   *   verifications with it must not be reused
   */
  onWithdrawn(listener: () => void): void {
    this.withdrawalListeners.push(listener);
  }

  /** Calls the listeners. */
  protected withdrawn(): void {
    for (const listener of this.withdrawalListeners) listener();
  }
}

/**
 * The key of `CLERK_JWT_KEY`, which needs no network. A PEM has no key id, so it is used for any
 * `kid`.
 */
export class PemSigningKeys extends SigningKeys {
  private readonly key: Promise<CryptoKey>;

  /** @param pem an RSA public key, SPKI in PEM; the environment's schema has checked it */
  constructor(pem: string) {
    super();
    this.key = importSPKI(pem, 'RS256');
  }

  override find(): Promise<CryptoKey> {
    return this.key;
  }
}

/**
 * All in milliseconds, measured by the monotonic clock: the machine's time may be set at any
 * moment.
 */
export const signingKeyTimes = {
  /** A set older than this is refreshed in the background while it remains in use. */
  refreshAfter: 10 * 60_000,
  /** A set that could not be refreshed for this long is no longer trusted. */
  trustedFor: 24 * 60 * 60_000,
  /** Minimum interval between loads for unknown key ids, which anyone can make up. */
  unknownKidCooldown: 30_000,
  /** Pause after a failed load. */
  retryAfterFailure: 1_000,
  /** How long a request waits for a load; less than the 5 s in which it must be answered. */
  wait: 4_000,
} as const;

interface KeySet {
  readonly keys: ReadonlyMap<string, CryptoKey>;
  readonly loadedAt: number;
}

/** Where the key set comes from. */
export interface KeySource {
  /** @returns the keys by key id */
  load(): Promise<ReadonlyMap<string, CryptoKey>>;
}

/**
 * Caches Clerk's key set: one load in flight, a bounded number of loads for unknown `kid`s, and a set
 * that survives an outage of Clerk.
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
    private readonly metrics: SyncMetrics = new NoMetrics(),
  ) {
    super();
  }

  override async find(kid: string | undefined): Promise<CryptoKey | null> {
    if (kid === undefined) return null;
    const arrivedAt = this.clock.monotonic();
    const set = await this.current(arrivedAt);
    const key = set.keys.get(kid);
    if (key !== undefined) return key;
    // Loaded since this request arrived: the key does not exist.
    if (set !== this.set || set.loadedAt > arrivedAt) return this.set?.keys.get(kid) ?? null;
    return this.findUnknown(kid, arrivedAt);
  }

  override prepare(): Promise<void> {
    return this.waitForLoad().then(
      () => undefined,
      () => undefined,
    );
  }

  private async current(now: number): Promise<KeySet> {
    const set = this.set;
    if (set === null || now - set.loadedAt > signingKeyTimes.trustedFor) return this.waitForLoad();
    if (now - set.loadedAt > signingKeyTimes.refreshAfter && !this.failedLately(now)) {
      // In the background: a failure is logged, and the current set remains in use.
      this.load().catch(() => undefined);
    }
    return set;
  }

  private async findUnknown(kid: string, now: number): Promise<CryptoKey | null> {
    const cooledDownAt = this.unknownKidLoadAt + signingKeyTimes.unknownKidCooldown;
    if (this.loading === null && now < cooledDownAt) {
      // While Clerk is unreachable, the key may exist.
      if (this.failedAt >= this.unknownKidLoadAt) {
        throw unavailable((cooledDownAt - now) / 1000);
      }
      return null;
    }
    // The cooldown starts only with a load that really starts.
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
      const previous = this.set?.keys;
      this.set = { keys, loadedAt: this.clock.monotonic() };
      if (previous !== undefined && lacksKeyOf(previous, keys)) this.withdrawn();
      this.failedAt = Number.NEGATIVE_INFINITY;
      this.metrics.keysFetched('success');
      return this.set;
    } catch (cause) {
      this.failedAt = this.clock.monotonic();
      this.metrics.keysFetched('failure');
      this.log.warn(
        'Clerk’s signing keys could not be loaded; retrying. Until then, tokens are verified with the last key set; without one, requests get 503.',
        cause,
      );
      throw cause;
    }
  }

  private failedLately(now: number): boolean {
    return now - this.failedAt < signingKeyTimes.retryAfterFailure;
  }
}

/** @returns whether a key is gone, or its key id names another key now */
function lacksKeyOf(
  previous: ReadonlyMap<string, CryptoKey>,
  keys: ReadonlyMap<string, CryptoKey>,
): boolean {
  return [...previous].some(([kid, key]) => {
    const current = keys.get(kid);
    return current === undefined || !KeyObject.from(key).equals(KeyObject.from(current));
  });
}

function unavailable(retryAfterSeconds = 2, cause?: unknown): AuthUnavailableError {
  return new AuthUnavailableError(
    'Sessions cannot be checked right now. Try again shortly; you stay signed in.',
    Math.max(1, Math.ceil(retryAfterSeconds)),
    { cause },
  );
}
