import { describe, expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { withApi, withSecondApi } from '../support/api-fixture.js';
import type { ApiProcess } from '../support/api-process.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, aSessionToken, nowInSeconds } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

const fixture = withApi();
const other = withSecondApi(fixture);

const start = Date.now() - 60_000;
const banned = (clerkUser: ClerkUser, at: number): unknown => ({
  ...clerkUserJson(clerkUser, at),
  banned: true,
});
const notBanned = (clerkUser: ClerkUser, at: number): unknown => ({
  ...clerkUserJson(clerkUser, at),
  banned: false,
});

/** A token of a session that no other token of this user shares. */
function sessionToken(clerkUser: ClerkUser, sid: string, iat = nowInSeconds()): Promise<string> {
  return aProfileToken(fixture().clerk.key, clerkUser, {
    claims: { sid, iat, updatedAt: start },
  });
}

async function refusedSoon(api: ApiProcess, token: string, code: string): Promise<void> {
  await until(`401 ${code}`, async () => (await api.me(token)).text.includes(code), 3_000);
}

describe('bans', () => {
  test('a ban refuses the tokens from before it at every process, and in one started later', async () => {
    const { api } = fixture();
    const clerkUser = aClerkUser();
    const token = await sessionToken(clerkUser, 'sess_ban');
    for (const one of [api, other()]) expectUser(await one.me(token));

    const ban = banned(clerkUser, Date.now());
    expectOutcome(await deliver(api, 'user.updated', ban), 'unchanged');

    expectProblem(await api.me(token), 401, 'user_banned');
    await refusedSoon(other(), token, 'user_banned');
    const later = await fixture().start();
    try {
      expectProblem(await later.me(token), 401, 'user_banned');
    } finally {
      await later.stop();
    }
  });

  test('a token that was issued after the ban passes, since Clerk issues none to banned users', async () => {
    const { api } = fixture();
    const clerkUser = aClerkUser();
    const bannedAt = Date.now() - 10_000;
    await deliver(api, 'user.updated', banned(clerkUser, bannedAt));
    const issued = Math.floor(bannedAt / 1000);

    expectProblem(
      await api.me(await sessionToken(clerkUser, 'sess_1', issued)),
      401,
      'user_banned',
    );
    expectProblem(
      await api.me(await sessionToken(clerkUser, 'sess_1', issued + 1)),
      401,
      'user_banned',
    );
    expectUser(await api.me(await sessionToken(clerkUser, 'sess_1', issued + 3)));
  });

  test('a newer exact version lifts the ban, and an older one does not', async () => {
    const { api } = fixture();
    const clerkUser = aClerkUser();
    const token = await sessionToken(clerkUser, 'sess_lift');
    const at = Date.now();
    await deliver(api, 'user.updated', banned(clerkUser, at));
    await deliver(api, 'user.updated', notBanned(clerkUser, at - 1));
    expectProblem(await api.me(token), 401, 'user_banned');

    await deliver(api, 'user.updated', notBanned(clerkUser, at + 1));
    expectUser(await api.me(token));
    await deliver(api, 'user.updated', banned(clerkUser, at));
    expectUser(await api.me(token));
  });

  test('a user created from the Backend API is banned if Clerk says so', async () => {
    const { api, clerk } = fixture();
    const clerkUser = aClerkUser();
    clerk.users.set(clerkUser.clerkId, { ...clerkUserJson(clerkUser, Date.now()), banned: true });
    const token = await aSessionToken(clerk.key, clerkUser.clerkId);
    expectProblem(await api.me(token), 401, 'user_banned');
    expectProblem(await api.me(token), 401, 'user_banned');
  });
});

describe('ended sessions', () => {
  test.each(['session.ended', 'session.removed', 'session.revoked'])(
    '%s refuses only the tokens of that session, at every process',
    async (type) => {
      const { api } = fixture();
      const clerkUser = aClerkUser();
      const ended = await sessionToken(clerkUser, 'sess_ended');
      const lasting = await sessionToken(clerkUser, 'sess_lasting');
      for (const one of [api, other()]) {
        expectUser(await one.me(ended));
        expectUser(await one.me(lasting));
      }

      const data = { id: 'sess_ended', object: 'session', user_id: clerkUser.clerkId };
      expectOutcome(await deliver(api, type, data), 'session_ended');
      expectOutcome(await deliver(api, type, data), 'session_ended');

      expectProblem(await api.me(ended), 401, 'session_ended');
      await refusedSoon(other(), ended, 'session_ended');
      for (const one of [api, other()]) expectUser(await one.me(lasting));
    },
  );

  test('a session that ends before its user has a row is refused', async () => {
    const { api } = fixture();
    const clerkUser = aClerkUser();
    const data = { id: 'sess_early', object: 'session', user_id: clerkUser.clerkId };
    expectOutcome(await deliver(api, 'session.revoked', data), 'session_ended');

    expectProblem(await api.me(await sessionToken(clerkUser, 'sess_early')), 401, 'session_ended');
    expectUser(await api.me(await sessionToken(clerkUser, 'sess_new')));
  });

  test('a session is forgotten after a day, when all of its tokens have expired', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    const data = (id: string): unknown => ({ id, object: 'session', user_id: clerkUser.clerkId });
    await deliver(api, 'session.ended', data('sess_old'));
    await database.query(
      `update ended_sessions set ended_at = now() - interval '26 hours' where clerk_id = $1`,
      [clerkUser.clerkId],
    );
    await deliver(api, 'session.ended', data('sess_now'));
    const rows = await database.query<{ session_id: string }>(
      'select session_id from ended_sessions where clerk_id = $1',
      [clerkUser.clerkId],
    );
    expect(rows).toEqual([{ session_id: 'sess_now' }]);
  });
});
