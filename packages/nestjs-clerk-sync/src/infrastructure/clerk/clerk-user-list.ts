import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import {
  type ClerkInstance,
  ClerkUsers,
  type ListCursor,
  type ListedUser,
} from '../../core/reconcile/clerk-users.js';
import {
  type ClerkApi,
  getFromClerk,
  readJson,
  retryAfterMs,
  secretKeyRejected,
} from './clerk-http.js';
import { clerkUser, profileOf } from './clerk-user.schema.js';
import { toMilliseconds } from './profile-claims.js';

/** Clerk's Backend API is not responding or rejects the key. The message is for the operator. */
export class ClerkUnavailableError extends DomainError<'clerk_unavailable'> {
  readonly code = 'clerk_unavailable';
}

/** All in milliseconds. */
const listTimes = {
  /** Timeout of a request. A page of 500 users has several megabytes. */
  request: 30_000,
  /** Pauses after failures; after the last one the run ends. */
  pauses: [500, 1_000, 2_000, 4_000, 8_000],
  /** Waits after a 429: the limit's window is 10 s, whatever `Retry-After` says. */
  shortestWait: 1_000,
  /** The longest `Retry-After` to wait for. */
  longestWait: 5 * 60_000,
} as const;

/** Number of consecutive 429s after which the run ends. */
const maxRefusals = 20;

/** The maximum that `GET /v1/users` accepts as `limit` and as `user_id`. */
const pageSize = 500;
const batchSize = 100;

/** Maximum length of a page, in bytes: a user has a few kilobytes, with metadata a few dozen. */
const maxPageBytes = pageSize * 64 * 1024;

const identified = z.looseObject({ id: z.string().min(1) });
const list = z.union([
  z.array(identified),
  z.object({ data: z.array(identified) }).transform(({ data }) => data),
]);
const total = z.object({ total_count: z.int().nonnegative() });
const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });

/** Statuses of transient failures. */
const isRetryable = (status: number): boolean => status === 408 || status >= 500;

/** Dependencies of the list, besides the API's URL and key. */
export interface ClerkUserListOptions extends ClerkApi {
  /** The `iss` of the instance's tokens; null if unknown. */
  readonly issuer: string | null;
  /** Maximum number of requests per second. */
  readonly ratePerSecond: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Called before a long wait, to explain it to the operator. */
  readonly onWait: (message: string) => void;
}

/** The result of a request: the body, or the status of a response without a usable body. */
type Answer =
  { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly status: number };

/**
 * Lists the users of a Clerk instance with its Backend API. Requests are spaced evenly, so that at
 * most `ratePerSecond` are sent; `Retry-After` is obeyed; failures are retried for some seconds.
 */
export class ClerkUserList extends ClerkUsers {
  override readonly pageSize = pageSize;
  override readonly batchSize = batchSize;
  private sent = 0;
  private nextSlot = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ClerkUserListOptions) {
    super();
  }

  override get requests(): number {
    return this.sent;
  }

  /** `GET /v1/instance` names the instance; the `kid`s of its keys are a substitute. */
  override async instance(): Promise<ClerkInstance> {
    const { issuer } = this.options;
    const instance = await this.get('/v1/instance', { isOptional: true });
    const found = identified.safeParse(instance.ok ? instance.body : null);
    const keys = await this.get('/v1/jwks', { isOptional: true });
    const parsed = keySet.safeParse(keys.ok ? keys.body : null);
    return {
      issuer,
      instanceId: found.data?.id ?? null,
      keyIds: (parsed.data?.keys ?? []).map(({ kid }) => kid),
    };
  }

  override async count(): Promise<number> {
    const answer = await this.get('/v1/users/count');
    const parsed = total.safeParse(answer.ok ? answer.body : null);
    if (!parsed.success) throw unexpected('GET /v1/users/count', answer);
    return parsed.data.total_count;
  }

  override async listPage(cursor: ListCursor): Promise<readonly ListedUser[] | null> {
    const query = new URLSearchParams({ limit: String(pageSize), order_by: 'created_at' });
    if (cursor.createdAfter !== null) query.set('created_at_after', String(cursor.createdAfter));
    if (cursor.startingAfter !== null) query.set('starting_after', cursor.startingAfter);
    const answer = await this.get(`/v1/users?${query.toString()}`);
    // Clerk refuses a cursor whose user was deleted.
    const isRefused = !answer.ok && [400, 404, 422].includes(answer.status);
    if (isRefused && cursor.startingAfter !== null) return null;
    return this.parseList(answer);
  }

  override async listRecent(offset: number): Promise<readonly ListedUser[]> {
    const query = new URLSearchParams({
      limit: String(pageSize),
      order_by: '-updated_at',
      offset: String(offset),
    });
    return this.parseList(await this.get(`/v1/users?${query.toString()}`));
  }

  override async findMany(clerkIds: readonly string[]): Promise<readonly ListedUser[]> {
    // A leading `-` would exclude a user; such ids are looked up individually.
    const listable = clerkIds.filter((id) => /^\w[\w-]*$/.test(id));
    if (listable.length === 0) return [];
    const query = new URLSearchParams(listable.map((id): [string, string] => ['user_id', id]));
    query.set('limit', String(batchSize));
    const asked = new Set(listable);
    const found = this.parseList(await this.get(`/v1/users?${query.toString()}`));
    return found.filter(({ clerkId }) => asked.has(clerkId));
  }

  override async find(clerkId: string): Promise<ListedUser | null> {
    const answer = await this.get(`/v1/users/${encodeURIComponent(clerkId)}`);
    if (!answer.ok && answer.status === 404) return null;
    const user = identified.safeParse(answer.ok ? answer.body : null);
    // A response about another user, or one that cannot be parsed, must not delete anyone.
    if (!user.success || user.data.id !== clerkId) throw unexpected('GET /v1/users/{id}', answer);
    return this.toListed(user.data);
  }

  private parseList(answer: Answer): readonly ListedUser[] {
    const parsed = list.safeParse(answer.ok ? answer.body : null);
    if (!parsed.success) throw unexpected('GET /v1/users', answer);
    return parsed.data.map((user) => this.toListed(user));
  }

  private toListed(user: z.output<typeof identified>): ListedUser {
    const parsed = clerkUser.safeParse(user);
    return {
      clerkId: user.id,
      createdAt: toMilliseconds(user['created_at']),
      profile: parsed.success ? profileOf(parsed.data, this.options.now()) : null,
    };
  }

  /** @param isOptional whether it is acceptable that the key may not use the endpoint */
  private async get(path: string, { isOptional = false } = {}): Promise<Answer> {
    let refusals = 0;
    for (let failures = 0; ;) {
      await this.takeSlot();
      const outcome = await this.attempt(path);
      if (outcome.kind === 'answer') {
        const { answer } = outcome;
        const status = answer.ok ? null : answer.status;
        if (status === 401 || (status === 403 && !isOptional)) throw keyRefused();
        return answer;
      }
      if (outcome.kind === 'wait') {
        refusals += 1;
        if (refusals > maxRefusals || outcome.waitMs > listTimes.longestWait) {
          throw new ClerkUnavailableError(
            `Clerk is rate limiting requests (429) and asks to wait ${Math.ceil(outcome.waitMs / 1000)} s. Run the command again after that, or with a lower --rate; it resumes.`,
          );
        }
        this.options.onWait(
          `Clerk is rate limiting requests (429): waiting for ${Math.ceil(outcome.waitMs / 1000)} s. If this repeats, lower --rate.`,
        );
        await this.options.sleep(outcome.waitMs);
        continue;
      }
      // Emulators of Clerk return 501 for unsupported operations.
      if (isOptional && outcome.status !== null) return { ok: false, status: outcome.status };
      const pause = listTimes.pauses[failures];
      if (pause === undefined) throw outcome.error;
      failures += 1;
      await this.options.sleep(pause * (0.5 + Math.random() / 2));
    }
  }

  private async attempt(
    path: string,
  ): Promise<
    | { readonly kind: 'answer'; readonly answer: Answer }
    | { readonly kind: 'wait'; readonly waitMs: number }
    | { readonly kind: 'failure'; readonly status: number | null; readonly error: Error }
  > {
    const signal = AbortSignal.timeout(listTimes.request);
    try {
      this.sent += 1;
      const response = await getFromClerk(this.options, path, signal);
      if (response.ok) {
        const body = await readJson(response, signal, maxPageBytes);
        return { kind: 'answer', answer: { ok: true, body } };
      }
      await response.body?.cancel();
      const { status } = response;
      if (status === 429) {
        const asked = retryAfterMs(response.headers, this.options.now());
        return { kind: 'wait', waitMs: Math.max(listTimes.shortestWait, asked) };
      }
      if (!isRetryable(status)) return { kind: 'answer', answer: { ok: false, status } };
      return { kind: 'failure', status, error: doesNotAnswer(`it returned ${status}`) };
    } catch (cause) {
      return { kind: 'failure', status: null, error: doesNotAnswer(describeFailure(cause), cause) };
    }
  }

  /** Evenly spaced, so that no time window exceeds the rate. */
  private async takeSlot(): Promise<void> {
    const now = performance.now();
    const slot = Math.max(now, this.nextSlot);
    this.nextSlot = slot + 1000 / this.options.ratePerSecond;
    if (slot > now) await this.options.sleep(slot - now);
  }
}

function keyRefused(): ClerkUnavailableError {
  return new ClerkUnavailableError(`${secretKeyRejected} No user was deleted.`);
}

function doesNotAnswer(what: string, cause?: unknown): ClerkUnavailableError {
  return new ClerkUnavailableError(
    `Clerk’s Backend API is not responding (${what}). Check CLERK_API_URL, the network and Clerk’s status page, then run the command again; it resumes.`,
    { cause },
  );
}

/** @returns the part of fetch's error that helps the operator; a body is never quoted */
function describeFailure(cause: unknown): string {
  if (cause instanceof SyntaxError) return 'its response is not JSON';
  if (cause instanceof RangeError) return 'its response is too long';
  if (!(cause instanceof Error)) return 'no usable response';
  if (cause.name === 'TimeoutError') return `no response within ${listTimes.request / 1000} s`;
  if (cause.message === 'unexpected redirect') return 'it redirects to another address';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return describeFailure(cause.cause);
}

function unexpected(request: string, answer: Answer): ClerkUnavailableError {
  return new ClerkUnavailableError(
    `Clerk’s response to ${request} is not usable (${answer.ok ? 'unexpected body' : `status ${answer.status}`}). Check that CLERK_API_URL is Clerk’s Backend API, then run the command again; it resumes.`,
  );
}
