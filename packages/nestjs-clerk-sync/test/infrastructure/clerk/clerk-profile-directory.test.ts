import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, ClerkStub, clerkUserJson, down, inTurn, silent } from '@populatte/clerk-stub';
import { ClerkProfileDirectory } from '../../../src/infrastructure/clerk/clerk-profile-directory.js';
import { SystemClock } from '../../../src/core/clock.js';
import { aClerkUser, type ClerkUser } from '../../support/clerk-users.js';
import { RecordedLog } from '../../support/recorded-log.js';

const updatedAt = Date.UTC(2026, 0, 2);
/** A request must be answered within this time, in milliseconds. */
const requestTimeMs = 5_000;

let clerk: ClerkStub;
let log: RecordedLog;
let directory: ClerkProfileDirectory;
let clerkUser: ClerkUser;

beforeAll(async () => {
  clerk = await ClerkStub.start();
});
afterAll(() => clerk.close());

beforeEach(() => {
  clerk.usersBehaviour = undefined;
  log = new RecordedLog();
  directory = directoryWith(clerk.secretKey);
  clerkUser = aClerkUser();
  clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, updatedAt));
});

function directoryWith(secretKey: string): ClerkProfileDirectory {
  return new ClerkProfileDirectory({ apiUrl: clerk.url, secretKey, fetch }, new SystemClock(), log);
}

const right = (): string => JSON.stringify(clerkUserJson(clerkUser, updatedAt));
const calls = (): number => clerk.userRequests(clerkUser.clerkId);

/** Expects an outage; @returns the seconds of Retry-After and the milliseconds that the call took */
async function expectUnavailable(
  clerkId = clerkUser.clerkId,
): Promise<{ retryAfter: number; elapsed: number }> {
  const startedAt = performance.now();
  const error: unknown = await directory.fetchProfile(clerkId).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: 'SyncUnavailableError', code: 'sync_unavailable' });
  const { retryAfterSeconds } = error as { retryAfterSeconds: number };
  return { retryAfter: retryAfterSeconds, elapsed: performance.now() - startedAt };
}

describe('ClerkProfileDirectory', () => {
  test('returns the profile with updated_at as its version after one call', async () => {
    expect(await directory.fetchProfile(clerkUser.clerkId)).toEqual({
      ...clerkUser,
      version: { at: updatedAt, exact: true },
    });
    expect(calls()).toBe(1);
  });

  test('returns null for a user unknown to Clerk after one call', async () => {
    clerk.users.delete(clerkUser.clerkId);
    expect(await directory.fetchProfile(clerkUser.clerkId)).toBeNull();
    expect(calls()).toBe(1);
  });

  test('shares one call among 50 concurrent callers and calls again later', async () => {
    const asked = Array.from({ length: 50 }, () => directory.fetchProfile(clerkUser.clerkId));
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(calls()).toBe(1);
    await directory.fetchProfile(clerkUser.clerkId);
    expect(calls()).toBe(2);
  });

  test('shares a failure among concurrent callers and retries for the next one', async () => {
    clerk.usersBehaviour = answers(500);
    await Promise.all(Array.from({ length: 20 }, () => expectUnavailable()));
    expect(calls()).toBe(2);
    clerk.usersBehaviour = undefined;
    expect(await directory.fetchProfile(clerkUser.clerkId)).toMatchObject(clerkUser);
  });

  test('does not mix up concurrent users', async () => {
    const other = aClerkUser();
    clerk.users.set(other.clerkId, clerkUserJson(other, updatedAt));
    const [first, second] = await Promise.all([
      directory.fetchProfile(clerkUser.clerkId),
      directory.fetchProfile(other.clerkId),
    ]);
    expect(first).toMatchObject(clerkUser);
    expect(second).toMatchObject(other);
  });

  test('encodes the id, so that nothing in it is a path or a query', async () => {
    const odd = aClerkUser({ clerkId: '../jwks?x=#' });
    clerk.users.set(encodeURIComponent(odd.clerkId), clerkUserJson(odd, updatedAt));
    expect(await directory.fetchProfile(odd.clerkId)).toMatchObject(odd);
  });
});

describe('ClerkProfileDirectory while Clerk fails', () => {
  test.each([
    ['a 500', answers(500)],
    ['a 502', answers(502, '<html>')],
    ['a broken connection', down],
    ['an answer that is not JSON', answers(200, '<html>')],
    ['a truncated answer', answers(200, '{"id":"user_1"')],
    ['an answer without a user', answers(200, '{}')],
    [
      'an answer with another user',
      answers(200, JSON.stringify(clerkUserJson(aClerkUser(), updatedAt))),
    ],
    ['a 429 without Retry-After', answers(429)],
    ['a 429 with a Retry-After of 0', answers(429, '', { 'retry-after': '0' })],
  ])('tries a second time after %s', async (_what, behaviour) => {
    clerk.usersBehaviour = inTurn(behaviour, (request, response) => {
      answers(200, right())(request, response);
    });
    expect(await directory.fetchProfile(clerkUser.clerkId)).toMatchObject(clerkUser);
    expect(calls()).toBe(2);
  });

  test.each([
    ['a 500', answers(500)],
    ['a broken connection', down],
    ['an answer without a user', answers(200, '{}')],
    [
      'an answer with another user',
      answers(200, JSON.stringify(clerkUserJson(aClerkUser(), updatedAt))),
    ],
  ])('gives up after two attempts that end with %s', async (_what, behaviour) => {
    clerk.usersBehaviour = behaviour;
    const { retryAfter } = await expectUnavailable();
    expect(retryAfter).toBe(2);
    expect(calls()).toBe(2);
  });

  test.each([401, 403])('does not retry a %i and logs the variable to fix', async (status) => {
    clerk.usersBehaviour = answers(status);
    await expectUnavailable();
    expect(calls()).toBe(1);
    const logged = JSON.stringify(log.entries, (_key, value: unknown) =>
      value instanceof Error ? value.message : value,
    );
    expect(logged).toContain('CLERK_SECRET_KEY');
    expect(logged).not.toContain(clerk.secretKey);
  });

  test('does not follow a redirect with the secret key', async () => {
    let followed = 0;
    const elsewhere = createServer((_request, response) => {
      followed += 1;
      response.end(right());
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    clerk.usersBehaviour = answers(307, '', { location: `http://127.0.0.1:${String(port)}/` });
    await expectUnavailable();
    expect(followed).toBe(0);
    elsewhere.closeAllConnections();
    elsewhere.close();
  });
});

describe.concurrent('ClerkProfileDirectory while Clerk sends no answer', () => {
  test('gives up within the time of a request after two attempts', async ({ expect }) => {
    const mute = await ClerkStub.start();
    mute.usersBehaviour = silent;
    const { apiUrl, secretKey } = { apiUrl: mute.url, secretKey: mute.secretKey };
    const own = new ClerkProfileDirectory(
      { apiUrl, secretKey, fetch },
      new SystemClock(),
      new RecordedLog(),
    );
    const startedAt = performance.now();
    await expect(own.fetchProfile('user_1')).rejects.toMatchObject({ code: 'sync_unavailable' });
    expect(performance.now() - startedAt).toBeLessThan(requestTimeMs);
    expect(mute.userRequests('user_1')).toBe(2);
    await mute.close();
  });

  test('gives up on a body that never ends within the same time', async ({ expect }) => {
    const mute = await ClerkStub.start();
    mute.usersBehaviour = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":');
    };
    const own = new ClerkProfileDirectory(
      { apiUrl: mute.url, secretKey: mute.secretKey, fetch },
      new SystemClock(),
      new RecordedLog(),
    );
    const startedAt = performance.now();
    await expect(own.fetchProfile('user_1')).rejects.toMatchObject({ code: 'sync_unavailable' });
    expect(performance.now() - startedAt).toBeLessThan(requestTimeMs);
    await mute.close();
  });
});

describe('ClerkProfileDirectory while Clerk answers 429', () => {
  test('waits for a short Retry-After and retries', async () => {
    clerk.usersBehaviour = inTurn(answers(429, '', { 'retry-after': '1' }), (request, response) => {
      answers(200, right())(request, response);
    });
    const startedAt = performance.now();
    expect(await directory.fetchProfile(clerkUser.clerkId)).toMatchObject(clerkUser);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect(calls()).toBe(2);
  });

  test('passes on a long Retry-After without another call', async () => {
    clerk.usersBehaviour = answers(429, '', { 'retry-after': '60' });
    const { retryAfter, elapsed } = await expectUnavailable();
    expect(retryAfter).toBeGreaterThanOrEqual(59);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(elapsed).toBeLessThan(requestTimeMs);
    expect(calls()).toBe(1);
  });

  test('calls Clerk for no other user until a long Retry-After is over', async () => {
    const other = aClerkUser();
    clerk.users.set(other.clerkId, clerkUserJson(other, updatedAt));
    clerk.usersBehaviour = answers(429, '', { 'retry-after': '60' });
    await expectUnavailable();
    clerk.usersBehaviour = undefined;
    const { retryAfter } = await expectUnavailable(other.clerkId);
    expect(retryAfter).toBeGreaterThan(50);
    expect(clerk.userRequests(other.clerkId)).toBe(0);
  });

  test('obeys a Retry-After for 5 minutes at most, since a longer wait would itself be an outage', async () => {
    clerk.usersBehaviour = answers(429, '', { 'retry-after': '999999999' });
    expect((await expectUnavailable()).retryAfter).toBe(300);
    expect(calls()).toBe(1);
  });

  test('makes calls for other users wait for a short Retry-After too', async () => {
    const other = aClerkUser();
    clerk.users.set(other.clerkId, clerkUserJson(other, updatedAt));
    const receivedAt: number[] = [];
    const answer = inTurn(answers(429, '', { 'retry-after': '1' }), (request, response) => {
      const user = request.url?.endsWith(other.clerkId) === true ? other : clerkUser;
      answers(200, JSON.stringify(clerkUserJson(user, updatedAt)))(request, response);
    });
    clerk.usersBehaviour = (request, response) => {
      receivedAt.push(performance.now());
      answer(request, response);
    };
    const first = directory.fetchProfile(clerkUser.clerkId);
    while (log.entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = directory.fetchProfile(other.clerkId);
    expect(await first).toMatchObject(clerkUser);
    expect(await second).toMatchObject(other);
    const [refusedAt = 0, ...laterAt] = receivedAt;
    expect(laterAt).toHaveLength(2);
    for (const at of laterAt) expect(at - refusedAt).toBeGreaterThan(950);
  });
});
