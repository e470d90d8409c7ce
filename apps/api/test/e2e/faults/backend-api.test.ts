import { afterEach, describe, expect, test } from 'vitest';
import { withApi } from '../../support/api-fixture.js';
import { aClerkUser } from '../../support/clerk-user.js';
import { endless } from '../../support/endless.js';
import { expectProblem, expectUser } from '../../support/expect-answer.js';
import { answers, down, silent, type Behaviour } from '../../support/fake-clerk.js';
import { Fault } from '../../support/fault.js';
import { aPerson, type Person } from '../../support/people.js';
import type { Answer } from '../../support/send.js';
import { aProfileToken, aSessionToken } from '../../support/session-token.js';
import { storedRows } from '../../support/stored-user.js';
import { until } from '../../support/until.js';

const fixture = withApi();
afterEach(() => {
  fixture().clerk.usersBehaviour = undefined;
});

/** Somebody whom Clerk knows and the database does not. */
function aStranger(): Person {
  const person = aPerson();
  fixture().clerk.users.set(person.clerkId, aClerkUser(person, Date.now() - 60_000));
  return person;
}

const firstRequest = async ({ clerkId }: Person): Promise<Answer> =>
  fixture().api.me(await aSessionToken(fixture().clerk.key, clerkId));

/** Waits so long, in milliseconds, before it answers as it should. */
function late(milliseconds: number): Behaviour {
  return (request, response) => {
    setTimeout(() => {
      const user = fixture().clerk.users.get(request.url?.replace('/v1/users/', '') ?? '');
      answers(200, JSON.stringify(user))(request, response);
    }, milliseconds);
  };
}

/** It serves again: the very people who were turned away. */
async function expectRecovery(people: readonly Person[], fault: Fault): Promise<void> {
  fixture().clerk.usersBehaviour = undefined;
  fault.over();
  const [first] = people;
  if (first === undefined) throw new Error('Nobody was turned away.');
  await until('it serves', async () => (await firstRequest(first)).status === 200);
  fault.recovered();
  for (const person of people) expect(expectUser(await firstRequest(person))).toMatchObject(person);
}

test('slow, but in time: slow answers, and everybody is let in', async () => {
  const fault = new Fault('Backend API slow (2 s)');
  fixture().clerk.usersBehaviour = late(2_000);
  const people = Array.from({ length: 10 }, aStranger);
  for (const answer of await Promise.all(people.map(firstRequest))) {
    expectUser(answer);
    fault.saw(answer);
  }
  await expectRecovery(people, fault);
});

describe('every first request without a profile is a 503 in time, the others are served, and then it recovers', () => {
  test.each<[string, Behaviour]>([
    ['too slow (4 s)', late(4_000)],
    ['silent', silent],
    ['down', down],
    ['answering 500', answers(500)],
    ['malformed', answers(200, '{"id":"user_')],
    ['answering what is no user', answers(200, '[]')],
  ])('Backend API %s', async (name, behaviour) => {
    const { api, clerk, database } = fixture();
    const fault = new Fault(`Backend API ${name}`);
    clerk.usersBehaviour = behaviour;
    const people = Array.from({ length: 10 }, aStranger);
    const withProfile = api.me(await aProfileToken(clerk.key, aPerson()));
    for (const answer of await Promise.all(people.map(firstRequest))) {
      expectProblem(answer, 503, 'sync_unavailable');
      fault.saw(answer);
    }
    expectUser(await withProfile);
    fault.saw(await withProfile);
    for (const { clerkId } of people) expect(await storedRows(database, clerkId)).toEqual([]);
    await expectRecovery(people, fault);
  });

  test('Backend API answering without an end: no more is read than a user can have', async () => {
    const fault = new Fault('Backend API answering without an end');
    const flow = endless('{"id":"');
    fixture().clerk.usersBehaviour = flow.behaviour;
    const people = Array.from({ length: 5 }, aStranger);
    for (const answer of await Promise.all(people.map(firstRequest))) {
      expectProblem(answer, 503, 'sync_unavailable');
      fault.saw(answer);
    }
    await flow.ended();
    // Two tries each, and what the network holds of each.
    expect(flow.sentBytes).toBeLessThan(people.length * 2 * 8 * 1024 * 1024);
    await expectRecovery(people, fault);
  });
});

// The last one: it makes the API leave Clerk alone for a while.
test('busy (429): its Retry-After is handed on and kept to, and then everybody is let in', async () => {
  const { clerk } = fixture();
  const fault = new Fault('Backend API busy (429, Retry-After: 6)');
  clerk.usersBehaviour = answers(429, '', { 'retry-after': '6' });
  const people = Array.from({ length: 5 }, aStranger);
  const [first, ...others] = people;
  if (first === undefined) throw new Error('There is nobody.');
  const turnedAway = await firstRequest(first);
  expectProblem(turnedAway, 503, 'sync_unavailable');
  expect(turnedAway.headers['retry-after']).toBe('6');
  for (const answer of await Promise.all(others.map(firstRequest))) {
    expectProblem(answer, 503, 'sync_unavailable');
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(6);
    fault.saw(answer);
  }
  fault.saw(turnedAway);
  expect(others.map(({ clerkId }) => clerk.userRequests(clerkId))).toEqual(others.map(() => 0));
  await expectRecovery(people, fault);
});
