import { ProfileDirectory } from '../../core/auth/profile-directory.js';
import type { Clock } from '../../core/clock.js';
import { SingleFlight } from '../../core/single-flight.js';
import type { Profile } from '../../core/users/profile.js';
import { SyncUnavailableError } from '../../core/users/user.errors.js';
import type { InfrastructureLog } from '../telemetry/infrastructure-log.js';
import { clerkUser, profileOf } from './clerk-user.schema.js';
import { readJson } from './read-json.js';
import { retryAfterMs } from './retry-after.js';

/** All in milliseconds. */
export const directoryTimes = {
  /** Clerk's Backend API has this long for one answer. */
  attempt: 3_000,
  /** Both tries together, so that the request is answered within 5 s. */
  total: 4_200,
  /** Between the tries, where Clerk does not say. */
  pause: 100,
} as const;

const attempts = 2;

export interface ClerkProfileDirectoryOptions {
  /** Clerk's Backend API, without a trailing slash. */
  readonly apiUrl: string;
  readonly secretKey: string;
  readonly fetch: typeof fetch;
}

/** An answer that another try may better. */
class RetryableError extends Error {
  constructor(
    message: string,
    readonly retryAfterMs: number | null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Looks users up at Clerk's Backend API (`GET /v1/users/{id}`). By `fetch`, since Clerk's SDK can
 * neither be timed out nor does it retry.
 */
export class ClerkProfileDirectory extends ProfileDirectory {
  private readonly calls = new SingleFlight<Profile | null>();
  /** Clerk refuses calls until then (429); by the monotonic clock. */
  private quietUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: ClerkProfileDirectoryOptions,
    private readonly clock: Clock,
    private readonly log: InfrastructureLog,
  ) {
    super();
  }

  /** One call at a time for a person, shared by all who ask meanwhile. */
  override fetchProfile(clerkId: string): Promise<Profile | null> {
    return this.calls.run(clerkId, () => this.fetchWithRetry(clerkId));
  }

  private async fetchWithRetry(clerkId: string): Promise<Profile | null> {
    const deadline = this.clock.monotonic() + directoryTimes.total;
    for (let attempt = 1; ; attempt += 1) {
      const now = this.clock.monotonic();
      if (this.quietUntil > deadline) throw unavailable(this.quietUntil - now);
      if (this.quietUntil > now) await sleep(this.quietUntil - now);
      try {
        return await this.fetchOnce(clerkId, deadline - this.clock.monotonic());
      } catch (error) {
        if (!(error instanceof RetryableError)) throw error;
        this.log.warn('Clerk’s Backend API did not answer with a user.', error);
        if (error.retryAfterMs !== null)
          this.quietUntil = this.clock.monotonic() + error.retryAfterMs;
        const left = deadline - this.clock.monotonic() - directoryTimes.pause;
        if (attempt === attempts || left <= 0) throw unavailable(error.retryAfterMs, error);
        if (error.retryAfterMs === null) await sleep(directoryTimes.pause);
      }
    }
  }

  private async fetchOnce(clerkId: string, leftMs: number): Promise<Profile | null> {
    const timeoutMs = Math.max(1, Math.trunc(Math.min(directoryTimes.attempt, leftMs)));
    // For the body's time, too.
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await this.request(clerkId, signal);
    if (response.ok) return this.read(response, clerkId, signal);

    await response.body?.cancel();
    if (response.status === 404) return null;
    if (response.status === 401 || response.status === 403) {
      const cause = new Error(
        'Clerk refuses CLERK_SECRET_KEY. Copy it anew from the Clerk dashboard, “API keys”.',
      );
      this.log.error('Users cannot be looked up at Clerk.', cause);
      throw unavailable(null, cause);
    }
    throw new RetryableError(
      `Clerk answered ${response.status} to GET /v1/users/{id}.`,
      response.status === 429
        ? retryAfterMs(response.headers.get('retry-after'), this.clock.now())
        : null,
    );
  }

  private async request(clerkId: string, signal: AbortSignal): Promise<Response> {
    const { apiUrl, secretKey } = this.options;
    try {
      return await this.options.fetch(`${apiUrl}/v1/users/${encodeURIComponent(clerkId)}`, {
        headers: { authorization: `Bearer ${secretKey}`, accept: 'application/json' },
        redirect: 'error',
        signal,
      });
    } catch (cause) {
      throw new RetryableError('Clerk’s Backend API cannot be reached.', null, { cause });
    }
  }

  private async read(response: Response, clerkId: string, signal: AbortSignal): Promise<Profile> {
    const body = await readJson(response, signal).catch((cause: unknown) => {
      throw new RetryableError('Clerk’s answer broke off or is not JSON.', null, { cause });
    });
    const user = clerkUser.safeParse(body);
    if (user.success && user.data.clerkId === clerkId) {
      return profileOf(user.data, this.clock.now());
    }
    throw new RetryableError('Clerk’s answer is not the user who was asked for.', null);
  }
}

function unavailable(retryAfter: number | null, cause?: unknown): SyncUnavailableError {
  return new SyncUnavailableError(
    'Your account cannot be loaded right now. Try again shortly; you stay signed in.',
    Math.max(1, Math.ceil((retryAfter ?? 2_000) / 1000)),
    { cause },
  );
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
