import { expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { userEventsResponse, type UserEventsResponse } from '@populatte/contracts';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

const fixture = withApi();
const start = Date.now() - 60_000;

function tokenOf(clerkUser: ClerkUser, updatedAt = start): Promise<string> {
  return aProfileToken(fixture().clerk.key, clerkUser, { claims: { updatedAt } });
}

async function eventsOf(token: string, query = ''): Promise<UserEventsResponse> {
  const answer = await fixture().api.send(`/users/me/events${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  expect(answer.headers['cache-control']).toBe('no-store');
  return userEventsResponse.strict().parse(answer.json());
}

const summary = ({ events }: UserEventsResponse): unknown[] =>
  events.map(({ type, source, changed }) => [type, source, changed]);

test('the journal lists each change with its source and fields, newest first', async () => {
  const { api, database } = fixture();
  const clerkUser = aClerkUser();
  expectUser(await api.me(await tokenOf(clerkUser)));
  const renamed = { ...clerkUser, name: 'Grace Hopper', imageUrl: 'https://img.example/2' };
  await deliver(api, 'user.updated', clerkUserJson(renamed, start + 1));
  await deliver(api, 'user.updated', clerkUserJson(renamed, start + 2));
  await deliver(api, 'user.updated', { ...clerkUserJson(renamed, start + 3), banned: true });
  await deliver(api, 'user.updated', { ...clerkUserJson(renamed, start + 4), banned: false });
  await database.query(`update users set email = 'by-hand@people.example' where clerk_id = $1`, [
    clerkUser.clerkId,
  ]);

  const journal = await eventsOf(
    await tokenOf({ ...renamed, email: 'by-hand@people.example' }, start + 4),
  );
  expect(summary(journal)).toEqual([
    ['updated', 'sql', ['email']],
    ['unbanned', 'webhook', []],
    ['banned', 'webhook', []],
    ['updated', 'webhook', ['name', 'imageUrl']],
    ['created', 'token', []],
  ]);
  expect(journal.nextCursor).toBeNull();
  expect(JSON.stringify(journal)).not.toContain('Grace');
});

test('a user who is created from the Backend API has that source', async () => {
  const { clerk } = fixture();
  const clerkUser = aClerkUser();
  clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, start));
  const token = await aSessionToken(clerk.key, clerkUser.clerkId);
  expect(summary(await eventsOf(token))).toEqual([['created', 'backend_api', []]]);
});

test('concurrent changes of one user all have an event', async () => {
  const { api } = fixture();
  const clerkUser = aClerkUser();
  const token = await tokenOf(clerkUser);
  expectUser(await api.me(token));
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      deliver(
        api,
        'user.updated',
        clerkUserJson({ ...clerkUser, name: `Ada ${index}` }, start + 1 + index),
      ),
    ),
  );
  const updates = outcomes.filter(({ text }) => text.includes('"updated"')).length;
  const { events } = await eventsOf(token);
  expect(events.filter(({ type }) => type === 'updated')).toHaveLength(updates);
  expect(updates).toBeGreaterThan(0);
});

test('cursors lead through all events without a gap, and another user sees none of them', async () => {
  const { api } = fixture();
  const clerkUser = aClerkUser();
  const token = await tokenOf(clerkUser);
  expectUser(await api.me(token));
  for (let index = 1; index <= 6; index += 1) {
    await deliver(
      api,
      'user.updated',
      clerkUserJson({ ...clerkUser, name: `Ada ${index}` }, start + index),
    );
  }
  const whole = await eventsOf(token);
  expect(whole.events).toHaveLength(7);

  const paged: unknown[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page: UserEventsResponse = await eventsOf(
      token,
      `?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    paged.push(...page.events);
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor !== null);
  expect(pages).toBe(3);
  expect(paged).toEqual(whole.events);

  const other = await tokenOf(aClerkUser());
  expect(summary(await eventsOf(other))).toEqual([['created', 'token', []]]);
});

test.each([
  'limit=0',
  'limit=201',
  'limit=1.5',
  'limit=x',
  'limit=0x10',
  'limit=1e2',
  'limit=%2050',
  'limit=+50',
  'limit=50.0',
  'limit=',
  'limit=1&limit=2',
  'cursor=x',
  'cursor=-1',
  'cursor=9223372036854775808',
  'cursor=1&cursor=2',
  'cursor=',
])('refuses ?%s', async (query) => {
  const token = await tokenOf(aClerkUser());
  const answer = await fixture().api.send(`/users/me/events?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { issues } = expectProblem(answer, 400, 'validation_failed');
  expect(issues).toMatchObject([{ path: ['query', query.slice(0, query.indexOf('='))] }]);
});

test('refuses a request without a session token', async () => {
  expectProblem(await fixture().api.send('/users/me/events'), 401, 'token_missing');
});
