import { clerkUserJson } from '@populatte/clerk-stub';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SystemClock } from '../../../src/core/clock.js';
import { SyncUnavailableError } from '../../../src/core/errors.js';
import { ClerkProfileDirectory } from '../../../src/infrastructure/clerk/clerk-profile-directory.js';
import { aClerkUser } from '../../support/clerk-users.js';
import { RecordedLog } from '../../support/recorded-log.js';

const updatedAt = Date.UTC(2026, 0, 2);
const clerkUser = aClerkUser({ clerkId: 'user_1' });
const user = clerkUserJson(clerkUser, updatedAt);

/** Clerk's response to a request, which may take some fake milliseconds. */
type Step = () => Response | Promise<Response>;
const found: Step = () => Response.json(user);
const refusing =
  (status: number, headers: Record<string, string> = {}): Step =>
  () =>
    new Response('no', { status, headers });
const never: Step = () => new Promise(() => undefined);
const after =
  (milliseconds: number, step: Step): Step =>
  () =>
    new Promise((resolve) => {
      setTimeout(() => {
        resolve(step());
      }, milliseconds);
    });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  // Simulates a process that has run for a minute.
  vi.advanceTimersByTime(60_000);
});
afterEach(() => {
  vi.useRealTimers();
});

interface Outcome {
  /** The profile's id, or the error of the lookup. */
  readonly result: unknown;
  readonly endedAt: number;
}

/** A directory whose requests get these responses in order; the last one repeats. */
class Scripted {
  readonly log = new RecordedLog();
  /** When each request arrived, in milliseconds from now. */
  readonly requestedAt: number[] = [];
  readonly urls: URL[] = [];
  private readonly startedAt = performance.now();
  private readonly directory: ClerkProfileDirectory;

  constructor(...steps: Step[]) {
    this.directory = new ClerkProfileDirectory(
      {
        apiUrl: 'https://clerk.example',
        secretKey: 'sk_test_1',
        fetch: (input) => {
          const step = steps[Math.min(this.urls.length, steps.length - 1)] ?? never;
          this.requestedAt.push(this.elapsed());
          this.urls.push(new URL(new Request(input).url));
          return Promise.resolve().then(step);
        },
      },
      new SystemClock(),
      this.log,
    );
  }

  readonly elapsed = (): number => Math.round(performance.now() - this.startedAt);

  async lookUp(clerkId = clerkUser.clerkId): Promise<Outcome> {
    const result: unknown = await this.directory
      .fetchProfile(clerkId)
      .catch((error: unknown) => error);
    return { result, endedAt: this.elapsed() };
  }

  /** Looks up one user in ten seconds. */
  async outcome(): Promise<Outcome> {
    const outcome = this.lookUp();
    await vi.advanceTimersByTimeAsync(10_000);
    return outcome;
  }
}

describe('the second attempt', () => {
  test('follows 100 ms after a failure', async () => {
    const clerk = new Scripted(refusing(500), found);
    expect((await clerk.outcome()).result).toMatchObject(clerkUser);
    expect(clerk.requestedAt).toEqual([0, 100]);
  });

  test.each([
    ['1', 1_000],
    ['4', 4_000],
    ['0', 0],
  ])('follows a 429 after its Retry-After of %s s', async (seconds, at) => {
    const clerk = new Scripted(refusing(429, { 'retry-after': seconds }), found);
    expect((await clerk.outcome()).result).toMatchObject(clerkUser);
    expect(clerk.requestedAt).toEqual([0, at]);
  });

  test('does not follow if Retry-After exceeds the time left', async () => {
    const clerk = new Scripted(refusing(429, { 'retry-after': '5' }), found);
    expect(await clerk.outcome()).toMatchObject({
      result: { code: 'sync_unavailable', retryAfterSeconds: 5 },
      endedAt: 0,
    });
    expect(clerk.requestedAt).toEqual([0]);
  });

  test('follows a failure after 4 s, in the time that is left', async () => {
    const clerk = new Scripted(after(4_000, refusing(500)), found);
    expect((await clerk.outcome()).result).toMatchObject(clerkUser);
    expect(clerk.requestedAt).toEqual([0, 4_100]);
  });

  test('does not follow if no time is left for it after the pause', async () => {
    const clerk = new Scripted(after(4_100, refusing(500)), found);
    expect(await clerk.outcome()).toMatchObject({
      result: { code: 'sync_unavailable' },
      endedAt: 4_100,
    });
    expect(clerk.requestedAt).toEqual([0]);
  });

  test('ignores Retry-After of another status', async () => {
    const clerk = new Scripted(refusing(503, { 'retry-after': '60' }), found);
    expect((await clerk.outcome()).result).toMatchObject(clerkUser);
    expect(clerk.requestedAt).toEqual([0, 100]);
  });
});

describe('a lookup that fails', () => {
  test.each([
    ['two seconds', refusing(500), 2],
    ['a second at the earliest', refusing(429, { 'retry-after': '0' }), 1],
  ])(
    'tells the user that they stay signed in, and to retry after %s',
    async (_what, step, seconds) => {
      const { result } = await new Scripted(step).outcome();
      expect(result).toBeInstanceOf(SyncUnavailableError);
      expect(result).toMatchObject({ retryAfterSeconds: seconds });
      expect(result).toHaveProperty('message', expect.stringContaining('you stay signed in'));
    },
  );

  test('ends after 4.3 s even if fetch ignores its signal', async () => {
    expect(await new Scripted(never).outcome()).toMatchObject({
      result: { code: 'sync_unavailable', retryAfterSeconds: 2 },
      endedAt: 4_300,
    });
  });

  test.each([
    ['a status', refusing(500), 'Clerk answered 500 to GET /v1/users.'],
    ['another user', () => Response.json({ ...user, id: 'user_2' }), 'not the requested user'],
    ['a body that breaks off', () => new Response('{"id'), 'was cut off or is not JSON'],
    ['no connection', () => Promise.reject(new TypeError('fetch failed')), 'cannot be reached'],
  ] satisfies [string, Step, string][])(
    'logs the failure and keeps it as the cause: %s',
    async (_what, step, message) => {
      const clerk = new Scripted(step);
      const { result } = await clerk.outcome();
      const cause = expect.objectContaining({
        message: expect.stringContaining(message) as string,
      }) as Error;
      expect(result).toMatchObject({ cause });
      expect(clerk.log.entries).toMatchObject([
        { level: 'warn', message: expect.stringContaining('get 503') as string, cause },
        { level: 'warn', cause },
      ]);
    },
  );

  test('keeps the cause of a broken connection, for the log', async () => {
    const broken: Step = () => Promise.reject(new TypeError('fetch failed'));
    expect((await new Scripted(broken).outcome()).result).toMatchObject({
      cause: { cause: { message: 'fetch failed' } },
    });
    const truncated: Step = () => new Response('{"id');
    expect((await new Scripted(truncated).outcome()).result).toMatchObject({
      cause: { cause: { name: 'SyntaxError' } },
    });
  });

  test.each([401, 403])('logs an error that names the key to fix after %i', async (status) => {
    const clerk = new Scripted(refusing(status));
    const { result } = await clerk.outcome();
    const cause = expect.objectContaining({
      message: expect.stringContaining('CLERK_SECRET_KEY') as string,
    }) as Error;
    expect(result).toMatchObject({ retryAfterSeconds: 2, cause });
    expect(clerk.log.entries).toMatchObject([
      { level: 'error', message: expect.stringContaining('get 503') as string, cause },
    ]);
  });

  test('closes the body that it does not read, so that the connection is free', async () => {
    const cancel = vi.fn();
    const unread: Step = () => new Response(new ReadableStream({ cancel }), { status: 500 });
    await new Scripted(unread, found).outcome();
    expect(cancel).toHaveBeenCalledOnce();
  });

  test('accepts a refusal without a body', async () => {
    const clerk = new Scripted(() => new Response(null, { status: 404 }));
    expect((await clerk.outcome()).result).toBeNull();
  });
});

describe('lookups that queue', () => {
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_each, index) => `user_${index}`);
  const listed =
    (...more: unknown[]): Step =>
    () =>
      Response.json([
        ...more,
        ...ids(200).map((id) => clerkUserJson(aClerkUser({ clerkId: id }), updatedAt)),
      ]);
  const held = Array.from({ length: 20 }, (_each, index) => after(1_000 + index, refusing(404)));

  /** Looks up users while ten seconds pass; the first 20 lookups start at once. */
  async function outcomes(clerk: Scripted, clerkIds: readonly string[]): Promise<Outcome[]> {
    const all = Promise.all(clerkIds.map((id) => clerk.lookUp(id)));
    await vi.advanceTimersByTimeAsync(10_000);
    return all;
  }

  test('are combined into one list with its limit as soon as a call ends', async () => {
    const clerk = new Scripted(...held, listed());
    const all = await outcomes(clerk, ids(50));
    expect(clerk.requestedAt).toEqual([...Array<number>(20).fill(0), 1_000]);
    expect(clerk.urls.at(-1)?.searchParams.getAll('user_id')).toEqual(ids(50).slice(20));
    expect(clerk.urls.at(-1)?.searchParams.get('limit')).toBe('100');
    expect(all.slice(20).map(({ result }) => result)).toMatchObject(
      ids(50)
        .slice(20)
        .map((clerkId) => ({ clerkId, version: { at: updatedAt, exact: true } })),
    );
  });

  test('are combined into lists of 100 users at most', async () => {
    const clerk = new Scripted(...held, listed());
    await outcomes(clerk, ids(150));
    const sizes = clerk.urls.slice(20).map((url) => url.searchParams.getAll('user_id').length);
    expect(sizes).toEqual([100, 30]);
  });

  test('are found in a list with entries that cannot be parsed', async () => {
    const clerk = new Scripted(...held, listed({ id: 7 }, null));
    const all = await outcomes(clerk, ids(25));
    expect(clerk.urls).toHaveLength(21);
    expect(all[24]?.result).toMatchObject({ clerkId: 'user_24' });
  });

  test('are found in a list of megabytes', async () => {
    const bio = 'x'.repeat(2 * 1024 * 1024);
    const clerk = new Scripted(...held, listed({ ...user, public_metadata: { bio } }));
    await outcomes(clerk, ids(25));
    expect(clerk.urls).toHaveLength(21);
  });

  test('all fail if their list fails twice', async () => {
    const clerk = new Scripted(...held, refusing(500));
    const all = await outcomes(clerk, ids(25));
    expect(clerk.urls).toHaveLength(22);
    for (const { result } of all.slice(20)) expect(result).toBeInstanceOf(SyncUnavailableError);
  });

  test.each(['x user_1', 'user_1 x', 'user_', '-user_1', 'user_1&limit'])(
    'are sent separately if a list would interpret their id differently: %s',
    async (odd) => {
      const clerk = new Scripted(...held, listed(), found);
      await outcomes(clerk, [...ids(22), odd]);
      const lists = clerk.urls.filter(({ pathname }) => pathname === '/v1/users');
      expect(lists.map(({ searchParams }) => searchParams.getAll('user_id'))).toEqual([
        ['user_20', 'user_21'],
      ]);
      expect(clerk.urls.map(({ pathname }) => pathname)).toContain(
        `/v1/users/${encodeURIComponent(odd)}`,
      );
    },
  );

  test('are refused in time without a call if no call ends in time', async () => {
    const late = Array.from({ length: 20 }, () => after(4_250, refusing(404)));
    const clerk = new Scripted(...late, listed());
    const all = await outcomes(clerk, ids(30));
    expect(clerk.urls).toHaveLength(20);
    for (const { result, endedAt } of all.slice(20)) {
      expect(result).toBeInstanceOf(SyncUnavailableError);
      expect(endedAt).toBe(4_300);
    }
  });

  test('are retried while one of them has time left', async () => {
    const late = Array.from({ length: 20 }, () => after(4_000, refusing(404)));
    const clerk = new Scripted(...late, after(150, refusing(500)), listed());
    const early = Promise.all(ids(22).map((id) => clerk.lookUp(id)));
    await vi.advanceTimersByTimeAsync(3_000);
    const newest = clerk.lookUp('user_30');
    await vi.advanceTimersByTimeAsync(10_000);
    await early;
    expect(clerk.requestedAt).toEqual([...Array<number>(20).fill(0), 4_000, 4_250]);
    expect((await newest).result).toMatchObject({ clerkId: 'user_30' });
  });

  test('does not combine them while calls are free', async () => {
    const clerk = new Scripted(found);
    await outcomes(clerk, ids(3));
    expect(clerk.urls.slice(0, 3).map(({ pathname }) => pathname)).toEqual(
      ids(3).map((id) => `/v1/users/${id}`),
    );
  });
});
