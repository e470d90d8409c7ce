import { ProfileDirectory } from '../../core/profile-directory.js';
import type { Clock } from '../../core/clock.js';
import { SingleFlight } from '../../core/single-flight.js';
import type { Profile } from '../../core/profile.js';
import { type SyncUnavailableError, temporarilyUnavailable } from '../../core/errors.js';
import { withDeadline } from '../../core/with-deadline.js';
import type { InfrastructureLog } from '../../core/log.js';
import { clerkUser, profileOf } from './clerk-user.schema.js';
import {
  type ClerkApi,
  getFromClerk,
  maxAnswerBytes,
  readJson,
  retryAfterMs,
  secretKeyRejected,
} from './clerk-http.js';

/** All in milliseconds. */
export const directoryTimes = {
  /** Timeout of one call to Clerk's Backend API. */
  attempt: 3_000,
  /** Timeout of both attempts together, so that the request is answered within 5 s. */
  total: 4_200,
  /** Pause between attempts, unless Clerk sends Retry-After. */
  pause: 100,
  /** The longest `Retry-After` to obey: until then, no user is looked up. */
  longestQuiet: 5 * 60_000,
  /** Additional time, after `total`, for a lookup that is still queued. */
  grace: 100,
} as const;

const attempts = 2;

/** A transient failure. */
class RetryableError extends Error {
  constructor(
    message: string,
    readonly retryAfterMs: number | null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Maximum number of Backend API calls in flight, per process. */
const maxInFlight = 20;

/** Users per call: the maximum that `GET /v1/users` accepts as `user_id`. */
const maxBatch = 100;

/** Maximum length of a list, in bytes: a user has a few kilobytes, with metadata a few dozen. */
const maxListBytes = maxBatch * 64 * 1024;

/** An id that selects one user in a list query; a leading `-`, for example, would exclude a user. */
const listable = /^user_[\w-]+$/;

type Profiles = ReadonlyMap<string, Profile>;

/** A pending lookup. */
interface Lookup {
  readonly clerkId: string;
  /** By the monotonic clock. */
  readonly deadline: number;
  /** Whether to look up this user individually: a list did not contain the user or was not usable. */
  readonly alone: boolean;
  readonly resolve: (profile: Profile | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks up users with Clerk's Backend API, through `fetch`: Clerk's SDK has no timeout and does not
 * retry (ADR 3).
 *
 * At most 20 calls are in flight; further lookups queue, and are combined into lists of up to 100
 * users (`GET /v1/users?user_id=…`), so that 1,000 new users at once are served in time.
 */
export class ClerkProfileDirectory extends ProfileDirectory {
  private readonly calls = new SingleFlight<Profile | null>();
  private queue: Lookup[] = [];
  private inFlight = 0;
  /** Clerk rate limits calls until then (429); by the monotonic clock. */
  private quietUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: ClerkApi,
    private readonly clock: Clock,
    private readonly log: InfrastructureLog,
  ) {
    super();
  }

  /** Deduplicates in-flight lookups per user. */
  override fetchProfile(clerkId: string): Promise<Profile | null> {
    return this.calls.run(clerkId, () => this.lookUp(clerkId));
  }

  private lookUp(clerkId: string): Promise<Profile | null> {
    const deadline = this.clock.monotonic() + directoryTimes.total;
    const alone = !listable.test(clerkId);
    const answered = new Promise<Profile | null>((resolve, reject) => {
      this.queue.push({ clerkId, deadline, alone, resolve, reject });
    });
    this.startCalls();
    return withDeadline(answered, directoryTimes.total + directoryTimes.grace, () =>
      unavailable(null),
    );
  }

  private startCalls(): void {
    while (this.inFlight < maxInFlight) {
      const batch = this.nextBatch();
      if (batch.length === 0) return;
      this.inFlight += 1;
      void this.answer(batch).finally(() => {
        this.inFlight -= 1;
        this.startCalls();
      });
    }
  }

  /**
   * The first lookup, and as many other queued ones as fit into a list.
   */
  private nextBatch(): readonly Lookup[] {
    const now = this.clock.monotonic();
    const [first, ...rest] = this.queue.filter(({ deadline }) => deadline > now);
    if (first === undefined) {
      this.queue = [];
      return [];
    }
    const others = first.alone ? [] : rest.filter(({ alone }) => !alone).slice(0, maxBatch - 1);
    const batch = [first, ...others];
    const taken = new Set(batch);
    this.queue = rest.filter((lookup) => !taken.has(lookup));
    return batch;
  }

  /** Never rejects: lookups without a result receive the error. */
  private async answer(batch: readonly Lookup[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const deadline = Math.max(...batch.map((lookup) => lookup.deadline));
    try {
      if (batch.length === 1) {
        first.resolve(await this.withRetry(deadline, (ms) => this.fetchOne(first.clerkId, ms)));
        return;
      }
      const ids = batch.map(({ clerkId }) => clerkId);
      const found = await this.withRetry(deadline, (ms) => this.fetchList(ids, ms));
      for (const lookup of batch) {
        const profile = found?.get(lookup.clerkId);
        if (profile !== undefined) lookup.resolve(profile);
        // A list may lag behind; only `GET /v1/users/{id}` is authoritative about a missing user.
        else this.queue.push({ ...lookup, alone: true });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  private async withRetry<T>(deadline: number, call: (leftMs: number) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const now = this.clock.monotonic();
      if (this.quietUntil > deadline) throw unavailable(this.quietUntil - now);
      if (this.quietUntil > now) await sleep(this.quietUntil - now);
      try {
        return await call(deadline - this.clock.monotonic());
      } catch (error) {
        if (!(error instanceof RetryableError)) throw error;
        this.log.warn(
          'Clerk’s Backend API did not return a user; new users without a profile in their token get 503.',
          error,
        );
        if (error.retryAfterMs !== null) {
          this.quietUntil = this.clock.monotonic() + error.retryAfterMs;
        }
        const left = deadline - this.clock.monotonic() - directoryTimes.pause;
        if (attempt === attempts || left <= 0) throw unavailable(error.retryAfterMs, error);
        if (error.retryAfterMs === null) await sleep(directoryTimes.pause);
      }
    }
  }

  /** @returns null if Clerk has no such user */
  private async fetchOne(clerkId: string, leftMs: number): Promise<Profile | null> {
    const body = await this.get(`/v1/users/${encodeURIComponent(clerkId)}`, leftMs);
    if (body === undefined) return null;
    const user = clerkUser.safeParse(body);
    if (user.success && user.data.clerkId === clerkId) {
      return profileOf(user.data, this.clock.now());
    }
    throw new RetryableError('Clerk’s response is not the requested user.', null);
  }

  /** @returns the users in the list, or null if Clerk's API does not support lists */
  private async fetchList(ids: readonly string[], leftMs: number): Promise<Profiles | null> {
    const query = new URLSearchParams(ids.map((id): [string, string] => ['user_id', id]));
    query.set('limit', String(maxBatch));
    const body = await this.get(`/v1/users?${query.toString()}`, leftMs, maxListBytes);
    if (!Array.isArray(body)) return null;
    const users = body.flatMap((each: unknown) => clerkUser.safeParse(each).data ?? []);
    const now = this.clock.now();
    return new Map(users.map((user) => [user.clerkId, profileOf(user, now)]));
  }

  /** @returns the body, undefined for a 404 */
  private async get(path: string, leftMs: number, maxBytes = maxAnswerBytes): Promise<unknown> {
    const timeoutMs = Math.max(1, Math.trunc(Math.min(directoryTimes.attempt, leftMs)));
    // The timeout also covers the body.
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await this.request(path, signal);
    if (response.ok) {
      return readJson(response, signal, maxBytes).catch((cause: unknown) => {
        throw new RetryableError('Clerk’s response was cut off or is not JSON.', null, { cause });
      });
    }
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    if (response.status === 401 || response.status === 403) {
      const cause = new Error(secretKeyRejected);
      this.log.error(
        'Users cannot be looked up at Clerk: new users without a profile in their token get 503.',
        cause,
      );
      throw unavailable(null, cause);
    }
    throw new RetryableError(
      `Clerk answered ${response.status} to GET /v1/users.`,
      response.status === 429
        ? Math.min(directoryTimes.longestQuiet, retryAfterMs(response.headers, this.clock.now()))
        : null,
    );
  }

  private async request(path: string, signal: AbortSignal): Promise<Response> {
    try {
      return await getFromClerk(this.options, path, signal);
    } catch (cause) {
      throw new RetryableError('Clerk’s Backend API cannot be reached.', null, { cause });
    }
  }
}

function unavailable(retryMs: number | null, cause?: unknown): SyncUnavailableError {
  const seconds = Math.max(1, Math.ceil((retryMs ?? 2_000) / 1000));
  return temporarilyUnavailable(seconds, { cause });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
