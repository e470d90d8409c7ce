import { preferencesResponse, type PreferencesResponse } from '@populatte/contracts';
import { describe, expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../support/send.js';
import { aProfileToken } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

const path = '/users/me/preferences';
const austrian = { language: 'de-AT', timeZone: 'Europe/Vienna' };

const fixture = withApi();

async function authorizationOf(clerkUser: ClerkUser): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await aProfileToken(fixture().clerk.key, clerkUser)}` };
}

async function read(clerkUser: ClerkUser): Promise<Answer> {
  return fixture().api.send(path, { headers: await authorizationOf(clerkUser) });
}

async function replace(clerkUser: ClerkUser, body: unknown): Promise<Answer> {
  return fixture().api.send(path, {
    method: 'PUT',
    headers: { ...(await authorizationOf(clerkUser)), 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function expectPreferences(answer: Answer): PreferencesResponse {
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  expect(answer.headers['cache-control']).toBe('no-store');
  return preferencesResponse.strict().parse(answer.json());
}

describe('preferences', () => {
  test('are null before the first PUT, even on a user’s first request', async () => {
    expect(expectPreferences(await read(aClerkUser()))).toEqual({
      language: null,
      timeZone: null,
      updatedAt: null,
    });
  });

  test('are stored by the first request of a user', async () => {
    const clerkUser = aClerkUser();
    const stored = expectPreferences(await replace(clerkUser, austrian));
    expect(stored).toMatchObject(austrian);
    expect(expectPreferences(await read(clerkUser))).toEqual(stored);
  });

  test('are replaced, both at once, in their canonical form', async () => {
    const clerkUser = aClerkUser();
    await replace(clerkUser, austrian);
    const next = { language: 'EN-gb', timeZone: 'europe/london' };
    expect(expectPreferences(await replace(clerkUser, next))).toMatchObject({
      language: 'en-GB',
      timeZone: 'Europe/London',
    });
  });

  test('belong to the user of the session', async () => {
    const [one, other] = [aClerkUser(), aClerkUser()];
    await replace(one, austrian);
    expect(expectPreferences(await read(other)).language).toBeNull();
  });

  test('do not change the user', async () => {
    const { api, clerk } = fixture();
    const clerkUser = aClerkUser();
    const token = await aProfileToken(clerk.key, clerkUser);
    const before = expectUser(await api.me(token));
    await replace(clerkUser, austrian);
    expect(expectUser(await api.me(token))).toEqual(before);
  });

  test('need a session token', async () => {
    const { api } = fixture();
    expectProblem(await api.send(path), 401, 'token_missing');
    expectProblem(await api.send(path, { method: 'PUT', body: '{}' }), 401, 'token_missing');
  });

  test.each([
    ['no language', { timeZone: 'UTC' }, 'language'],
    ['no time zone', { language: 'de' }, 'timeZone'],
    ['a null', { language: null, timeZone: 'UTC' }, 'language'],
    ['an invalid language', { language: 'de_AT', timeZone: 'UTC' }, 'language'],
    ['an invalid time zone', { language: 'de', timeZone: 'Europe/Atlantis' }, 'timeZone'],
    ['an offset', { language: 'de', timeZone: '+01:00' }, 'timeZone'],
  ])('with %s are refused, and the answer names the member', async (_what, body, member) => {
    const clerkUser = aClerkUser();
    const problem = expectProblem(await replace(clerkUser, body), 400, 'validation_failed');
    expect(problem.issues).toMatchObject([{ path: ['body', member] }]);
    expect(expectPreferences(await read(clerkUser)).updatedAt).toBeNull();
  });

  test.each(['', 'null', '[]', '{"language":'])('in the body “%s” are refused', async (body) => {
    expectProblem(await replace(aClerkUser(), body), 400, 'validation_failed');
  });
});

describe('a deletion of the user', () => {
  test('erases the preferences, and a later PUT is refused', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    await replace(clerkUser, austrian);
    const deletion = { id: clerkUser.clerkId, deleted: true };
    const rows = (): Promise<unknown[]> =>
      database.query(
        'select from user_preferences join users on users.id = user_id where clerk_id = $1',
        [clerkUser.clerkId],
      );
    expect(await rows()).toHaveLength(1);
    await deliver(api, 'user.deleted', deletion);
    expect(await rows()).toEqual([]);
    expectProblem(await replace(clerkUser, austrian), 401, 'user_deleted');
    expectProblem(await read(clerkUser), 401, 'user_deleted');
    expect(await rows()).toEqual([]);
  });

  test('that races with many PUTs ends in a refusal, and nothing is stored', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    await replace(clerkUser, austrian);
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => replace(clerkUser, austrian)),
      deliver(api, 'user.deleted', { id: clerkUser.clerkId, deleted: true }),
      ...Array.from({ length: 20 }, () => replace(clerkUser, austrian)),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    expectProblem(await replace(clerkUser, austrian), 401, 'user_deleted');
    expect(
      await database.query(
        'select from user_preferences join users on users.id = user_id where clerk_id = $1',
        [clerkUser.clerkId],
      ),
    ).toEqual([]);
  });
});
