import { afterEach, describe, expect, test } from 'vitest';
import { answers, clerkUser, down, inTurn, silent } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aPerson, type Person } from '@populatte/nestjs-clerk-sync/test/support/people.js';
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
function aStranger(): Person {
  const person = aPerson();
  fixture().clerk.users.set(person.clerkId, clerkUser(person, start));
  return person;
}

const bareToken = ({ clerkId }: Person, claims: Claims = {}): Promise<string> =>
  aSessionToken(fixture().clerk.key, clerkId, { claims });

test('a missing row is created from the Backend API', async () => {
  const { api, clerk, database } = fixture();
  const person = aStranger();
  expect(expectUser(await api.me(await bareToken(person)))).toMatchObject(person);
  expect(clerk.userRequests(person.clerkId)).toBe(1);
  expect((await storedRow(database, person.clerkId)).profile_version).toBe(String(start));
});

test('an existing row is used unchanged, without a Backend API call', async () => {
  const { api, clerk, database } = fixture();
  const person = aPerson();
  await deliver(api, 'user.created', clerkUser(person, start));
  const before = await storedRow(database, person.clerkId);
  expect(expectUser(await api.me(await bareToken(person)))).toMatchObject(person);
  expect(clerk.userRequests(person.clerkId)).toBe(0);
  expect(await storedRow(database, person.clerkId)).toEqual(before);
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
  const person = aStranger();
  expect(expectUser(await api.me(await bareToken(person, claims)))).toMatchObject(person);
  expect(clerk.userRequests(person.clerkId)).toBe(1);
});

test('20 concurrent first requests share one Backend API call per user', async () => {
  const { api, clerk } = fixture();
  const people = Array.from({ length: 10 }, aStranger);
  const tokens = await Promise.all(people.map((person) => bareToken(person)));
  const requests = Array.from({ length: 20 }, () => tokens).flat();
  const users = await Promise.all(requests.map(async (token) => expectUser(await api.me(token))));
  expect(new Set(users.map(({ id }) => id)).size).toBe(10);
  expect(people.map(({ clerkId }) => clerk.userRequests(clerkId))).toEqual(people.map(() => 1));
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
  const people = Array.from({ length: 1_000 }, aStranger);
  const tokens = await Promise.all(people.map((person) => bareToken(person)));
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
    [people.map(({ clerkId }) => clerkId)],
  );
  expect(rows?.count).toBe('1000');
});

test('a user unknown to Clerk gets 401 user_unknown and no row', async () => {
  const { api, clerk, database } = fixture();
  const person = aPerson();
  expectProblem(await api.me(await bareToken(person)), 401, 'user_unknown');
  expect(await storedRows(database, person.clerkId)).toHaveLength(0);

  // A user created later is accepted: the refusal is not cached.
  clerk.users.set(person.clerkId, clerkUser(person, start));
  expectUser(await api.me(await bareToken(person)));
});

describe('while the Backend API fails', () => {
  test.each([
    ['is down', down],
    ['answers 500', answers(500)],
    ['answers with something other than JSON', answers(200, '<html>')],
    ['answers with another user', answers(200, JSON.stringify(clerkUser(aPerson(), start)))],
    ['answers with an empty object', answers(200, '{}')],
    ['refuses the secret key', answers(401)],
    ['redirects', answers(302, '', { location: 'http://127.0.0.1:1/' })],
  ])(
    'a first request gets 503 and succeeds after recovery: the API %s',
    async (_name, behaviour) => {
      const { api, clerk, database } = fixture();
      const person = aStranger();
      const token = await bareToken(person);
      clerk.usersBehaviour = behaviour;
      const answer = await api.me(token);
      expectProblem(answer, 503, 'sync_unavailable');
      expect(answer.elapsedMs).toBeLessThan(deadline);
      expect(clerk.userRequests(person.clerkId)).toBeLessThanOrEqual(2);
      expect(await storedRows(database, person.clerkId)).toHaveLength(0);

      clerk.usersBehaviour = undefined;
      expectUser(await api.me(token));
    },
  );

  test('a first request succeeds if the second attempt does', async () => {
    const { api, clerk } = fixture();
    clerk.usersBehaviour = inTurn(down, (request, response) => {
      clerk.usersBehaviour = undefined;
      answers(200, JSON.stringify(clerk.users.get(person.clerkId)))(request, response);
    });
    const person = aStranger();
    expectUser(await api.me(await bareToken(person)));
    expect(clerk.userRequests(person.clerkId)).toBe(2);
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
    const person = aPerson();
    const { email, name, imageUrl } = person;
    expectUser(await api.me(await bareToken(person, { email, name, imageUrl })));
  });
});

// Must be the last tests: afterwards, the API does not call Clerk for a while.
describe('while the Backend API answers 429', () => {
  test('a short Retry-After is waited for', async () => {
    const { api, clerk } = fixture();
    const person = aStranger();
    const user = JSON.stringify(clerk.users.get(person.clerkId));
    clerk.usersBehaviour = inTurn(answers(429, '', { 'retry-after': '1' }), answers(200, user));
    const answer = await api.me(await bareToken(person));
    expectUser(answer);
    expect(answer.elapsedMs).toBeGreaterThan(950);
    expect(clerk.userRequests(person.clerkId)).toBe(2);
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
