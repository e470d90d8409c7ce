import { afterEach, describe, expect, test } from 'vitest';
import { answers, clerkUserJson, down, inTurn, silent } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aSessionToken, type Claims } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';
import { deliver } from '../support/webhook.js';

/** Longest duration of a request, in milliseconds. */
const deadline = 5_000;
const start = Date.now() - 60_000;
const fixture = withApi();

afterEach(() => {
  fixture().clerk.usersBehaviour = undefined;
});

/** A user who exists at Clerk but not in the database. */
function aStranger(): ClerkUser {
  const clerkUser = aClerkUser();
  fixture().clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, start));
  return clerkUser;
}

const bareToken = ({ clerkId }: ClerkUser, claims: Claims = {}): Promise<string> =>
  aSessionToken(fixture().clerk.key, clerkId, { claims });

test('a missing row is created from the Backend API', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aStranger();
  expect(expectUser(await api.me(await bareToken(clerkUser)))).toMatchObject(clerkUser);
  expect(clerk.userRequests(clerkUser.clerkId)).toBe(1);
  expect((await storedRow(database, clerkUser.clerkId)).profile_version).toBe(String(start));
});

test('an existing row is used unchanged, without a Backend API call', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aClerkUser();
  await deliver(api, 'user.created', clerkUserJson(clerkUser, start));
  const before = await storedRow(database, clerkUser.clerkId);
  expect(expectUser(await api.me(await bareToken(clerkUser)))).toMatchObject(clerkUser);
  expect(clerk.userRequests(clerkUser.clerkId)).toBe(0);
  expect(await storedRow(database, clerkUser.clerkId)).toEqual(before);
});

test.each<[string, Claims]>([
  ['without the email', { name: 'X', imageUrl: null }],
  ['without the name', { email: 'x@people.example', imageUrl: null }],
  ['without the picture', { email: 'x@people.example', name: 'X' }],
  ['with half a name', { email: 'x@people.example', firstName: 'X', imageUrl: null }],
  ['with an email of a wrong type', { email: 5, name: 'X', imageUrl: null }],
  ['with a name of a wrong type', { email: 'x@people.example', name: {}, imageUrl: null }],
])('a token %s carries no profile', async (_name, claims) => {
  const { api, clerk } = fixture();
  const clerkUser = aStranger();
  expect(expectUser(await api.me(await bareToken(clerkUser, claims)))).toMatchObject(clerkUser);
  expect(clerk.userRequests(clerkUser.clerkId)).toBe(1);
});

test('20 concurrent first requests share one Backend API call per user', async () => {
  const { api, clerk } = fixture();
  const clerkUsers = Array.from({ length: 10 }, aStranger);
  const tokens = await Promise.all(clerkUsers.map((clerkUser) => bareToken(clerkUser)));
  const requests = Array.from({ length: 20 }, () => tokens).flat();
  const users = await Promise.all(requests.map(async (token) => expectUser(await api.me(token))));
  expect(new Set(users.map(({ id }) => id)).size).toBe(10);
  expect(clerkUsers.map(({ clerkId }) => clerk.userRequests(clerkId))).toEqual(
    clerkUsers.map(() => 1),
  );
});

test('1,000 new users at once are all created, with at most 20 calls in flight', async () => {
  const { api, clerk, database } = fixture();
  let calls = 0;
  let inFlight = 0;
  let most = 0;
  clerk.usersBehaviour = (request, response) => {
    calls += 1;
    inFlight += 1;
    most = Math.max(most, inFlight);
    response.once('close', () => (inFlight -= 1));
    setTimeout(() => {
      clerk.knownUsers(request.url ?? '')(request, response);
    }, 100);
  };
  const clerkUsers = Array.from({ length: 1_000 }, aStranger);
  const tokens = await Promise.all(clerkUsers.map((clerkUser) => bareToken(clerkUser)));
  const firstAnswers = await Promise.all(tokens.map((token) => api.me(token)));
  expect(most).toBe(20);
  // Lookups that queue while 20 calls are in flight are batched into lists.
  expect(calls).toBeLessThan(1_000);

  // A slow machine may need more than 5 s. A 503 loses nothing: the next request succeeds.
  const answered = await Promise.all(
    firstAnswers.map(async (answer, index) =>
      answer.status === 503 ? await api.me(tokens[index] ?? '') : answer,
    ),
  );
  expect(new Set(answered.map((answer) => expectUser(answer).id)).size).toBe(1_000);
  const [rows] = await database.query<{ count: string }>(
    'select count(*) as count from users where clerk_id = any($1)',
    [clerkUsers.map(({ clerkId }) => clerkId)],
  );
  expect(rows?.count).toBe('1000');
});

test('a user unknown to Clerk gets 401 user_unknown and no row', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aClerkUser();
  expectProblem(await api.me(await bareToken(clerkUser)), 401, 'user_unknown');
  expect(await storedRows(database, clerkUser.clerkId)).toHaveLength(0);

  // A user created later is accepted: the refusal is not cached.
  clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, start));
  expectUser(await api.me(await bareToken(clerkUser)));
});

describe('while the Backend API fails', () => {
  test.each([
    ['is down', down],
    ['answers 500', answers(500)],
    ['answers with something other than JSON', answers(200, '<html>')],
    ['answers with another user', answers(200, JSON.stringify(clerkUserJson(aClerkUser(), start)))],
    ['answers with an empty object', answers(200, '{}')],
    ['refuses the secret key', answers(401)],
    ['redirects', answers(302, '', { location: 'http://127.0.0.1:1/' })],
  ])(
    'a first request gets 503 and succeeds after recovery: the API %s',
    async (_name, behaviour) => {
      const { api, clerk, database } = fixture();
      const clerkUser = aStranger();
      const token = await bareToken(clerkUser);
      clerk.usersBehaviour = behaviour;
      const answer = await api.me(token);
      expectProblem(answer, 503, 'sync_unavailable');
      expect(answer.elapsedMs).toBeLessThan(deadline);
      expect(clerk.userRequests(clerkUser.clerkId)).toBeLessThanOrEqual(2);
      expect(await storedRows(database, clerkUser.clerkId)).toHaveLength(0);

      clerk.usersBehaviour = undefined;
      expectUser(await api.me(token));
    },
  );

  test('a first request succeeds if the second attempt does', async () => {
    const { api, clerk } = fixture();
    clerk.usersBehaviour = inTurn(down, (request, response) => {
      clerk.usersBehaviour = undefined;
      answers(200, JSON.stringify(clerk.users.get(clerkUser.clerkId)))(request, response);
    });
    const clerkUser = aStranger();
    expectUser(await api.me(await bareToken(clerkUser)));
    expect(clerk.userRequests(clerkUser.clerkId)).toBe(2);
  });

  test('a first request gets 503 within 5 s if the API sends no answer', async () => {
    const { api, clerk } = fixture();
    clerk.usersBehaviour = silent;
    const answer = await api.me(await bareToken(aStranger()));
    expectProblem(answer, 503, 'sync_unavailable');
    expect(answer.elapsedMs).toBeLessThan(deadline);
  });

  test('tokens with a profile are served', async () => {
    const { api, clerk } = fixture();
    clerk.usersBehaviour = silent;
    const clerkUser = aClerkUser();
    const { email, name, imageUrl } = clerkUser;
    expectUser(await api.me(await bareToken(clerkUser, { email, name, imageUrl })));
  });
});

// Must be the last tests: afterwards, the API does not call Clerk for a while.
describe('while the Backend API answers 429', () => {
  test('a short Retry-After is waited for', async () => {
    const { api, clerk } = fixture();
    const clerkUser = aStranger();
    const user = JSON.stringify(clerk.users.get(clerkUser.clerkId));
    clerk.usersBehaviour = inTurn(answers(429, '', { 'retry-after': '1' }), answers(200, user));
    const answer = await api.me(await bareToken(clerkUser));
    expectUser(answer);
    expect(answer.elapsedMs).toBeGreaterThan(950);
    expect(clerk.userRequests(clerkUser.clerkId)).toBe(2);
  });

  test('a Retry-After longer than a request leads to 503 at once with that Retry-After', async () => {
    const { api, clerk } = fixture();
    clerk.usersBehaviour = answers(429, '', { 'retry-after': '30' });
    const [first, second] = [aStranger(), aStranger()];
    const answer = await api.me(await bareToken(first));
    expectProblem(answer, 503, 'sync_unavailable');
    expect(Number(answer.headers['retry-after'])).toBe(30);
    expect(clerk.userRequests(first.clerkId)).toBe(1);

    const other = await api.me(await bareToken(second));
    expectProblem(other, 503, 'sync_unavailable');
    expect(Number(other.headers['retry-after'])).toBeGreaterThan(25);
    expect(other.elapsedMs).toBeLessThan(deadline);
    expect(clerk.userRequests(second.clerkId)).toBe(0);
  });
});
