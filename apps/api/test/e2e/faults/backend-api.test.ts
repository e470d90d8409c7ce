import { afterEach, describe, expect, test } from 'vitest';
import { answers, type Behaviour, clerkUserJson, down, silent } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { withApi } from '../../support/api-fixture.js';
import { endless } from '../../support/endless.js';
import { expectProblem, expectUser } from '../../support/expect-answer.js';
import { Fault } from '../../support/fault.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../../support/send.js';
import { aProfileToken, aSessionToken } from '../../support/session-token.js';
import { storedRows } from '../../support/stored-user.js';

const fixture = withApi();
afterEach(() => {
  fixture().clerk.usersBehaviour = undefined;
});

/** A user who exists at Clerk but not in the database. */
function aStranger(): ClerkUser {
  const clerkUser = aClerkUser();
  fixture().clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, Date.now() - 60_000));
  return clerkUser;
}

const firstRequest = async ({ clerkId }: ClerkUser): Promise<Answer> =>
  fixture().api.me(await aSessionToken(fixture().clerk.key, clerkId));

/** Answers correctly after this delay. */
function late(milliseconds: number): Behaviour {
  return (request, response) => {
    setTimeout(() => {
      const user = fixture().clerk.users.get(request.url?.replace('/v1/users/', '') ?? '');
      answers(200, JSON.stringify(user))(request, response);
    }, milliseconds);
  };
}

/** The API now serves the users that it refused before. */
async function expectRecovery(clerkUsers: readonly ClerkUser[], fault: Fault): Promise<void> {
  fixture().clerk.usersBehaviour = undefined;
  fault.over();
  const [first] = clerkUsers;
  if (first === undefined) throw new Error('No user was refused.');
  await until('the API serves again', async () => (await firstRequest(first)).status === 200);
  fault.recovered();
  for (const clerkUser of clerkUsers)
    expect(expectUser(await firstRequest(clerkUser))).toMatchObject(clerkUser);
}

test('a slow Backend API makes responses slow, but every user is served', async () => {
  const fault = new Fault('Backend API slow (2 s)');
  fixture().clerk.usersBehaviour = late(2_000);
  const clerkUsers = Array.from({ length: 10 }, aStranger);
  for (const answer of await Promise.all(clerkUsers.map(firstRequest))) {
    expectUser(answer);
    fault.saw(answer);
  }
  await expectRecovery(clerkUsers, fault);
});

describe('first requests without a profile get 503 in time, others are served, and the API recovers', () => {
  test.each<[string, Behaviour]>([
    ['too slow (4 s)', late(4_000)],
    ['silent', silent],
    ['down', down],
    ['answering 500', answers(500)],
    ['malformed', answers(200, '{"id":"user_')],
    ['answering with invalid user data', answers(200, '[]')],
  ])('Backend API: %s', async (name, behaviour) => {
    const { api, clerk, database } = fixture();
    const fault = new Fault(`Backend API ${name}`);
    clerk.usersBehaviour = behaviour;
    const clerkUsers = Array.from({ length: 10 }, aStranger);
    const withProfile = api.me(await aProfileToken(clerk.key, aClerkUser()));
    for (const answer of await Promise.all(clerkUsers.map(firstRequest))) {
      expectProblem(answer, 503, 'sync_unavailable');
      fault.saw(answer);
    }
    expectUser(await withProfile);
    fault.saw(await withProfile);
    for (const { clerkId } of clerkUsers) expect(await storedRows(database, clerkId)).toEqual([]);
    await expectRecovery(clerkUsers, fault);
  });

  test('Backend API: an endless answer is read only up to the size limit of a user', async () => {
    const fault = new Fault('Backend API answering without an end');
    const flow = endless('{"id":"');
    fixture().clerk.usersBehaviour = flow.behaviour;
    const clerkUsers = Array.from({ length: 5 }, aStranger);
    for (const answer of await Promise.all(clerkUsers.map(firstRequest))) {
      expectProblem(answer, 503, 'sync_unavailable');
      fault.saw(answer);
    }
    await flow.ended();
    // Two tries per user, plus the data in network buffers.
    expect(flow.sentBytes).toBeLessThan(clerkUsers.length * 2 * 8 * 1024 * 1024);
    await expectRecovery(clerkUsers, fault);
  });
});

// Must be the last test: afterwards, the API does not call Clerk for a while.
test('a 429 from the Backend API: Retry-After is passed on and obeyed, then every user is served', async () => {
  const { clerk } = fixture();
  const fault = new Fault('Backend API busy (429, Retry-After: 6)');
  clerk.usersBehaviour = answers(429, '', { 'retry-after': '6' });
  const clerkUsers = Array.from({ length: 5 }, aStranger);
  const [first, ...others] = clerkUsers;
  if (first === undefined) throw new Error('There is no user.');
  const refused = await firstRequest(first);
  expectProblem(refused, 503, 'sync_unavailable');
  expect(refused.headers['retry-after']).toBe('6');
  for (const answer of await Promise.all(others.map(firstRequest))) {
    expectProblem(answer, 503, 'sync_unavailable');
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(6);
    fault.saw(answer);
  }
  fault.saw(refused);
  expect(others.map(({ clerkId }) => clerk.userRequests(clerkId))).toEqual(others.map(() => 0));
  await expectRecovery(clerkUsers, fault);
});
