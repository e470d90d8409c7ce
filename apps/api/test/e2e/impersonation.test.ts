import { expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { apiEnvironment } from '../support/api-environment.js';
import { withApi } from '../support/api-fixture.js';
import { runCommand } from '../support/command.js';
import { expectOutcome, expectUser } from '../support/expect-answer.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

const fixture = withApi();

/** The administrator, as named in a token that Clerk issues for “Impersonate user”. */
const actor = 'user_2Admin0Who0Impersonates';
const act = { iss: 'https://dashboard.clerk.com', sid: 'sess_admin', sub: actor };

/** @returns the log lines of two requests, the second of which is a cache hit */
async function linesOf(token: string, name: string): Promise<unknown[]> {
  const { api } = fixture();
  const lines: unknown[] = [];
  for (const id of [`${name}-1`, `${name}-2`]) {
    const headers = { authorization: `Bearer ${token}`, 'x-request-id': id };
    expectUser(await api.send('/users/me', { headers }));
    lines.push((await api.requestLog(id))['actor']);
  }
  return lines;
}

async function actorsOf(clerkId: string): Promise<unknown[]> {
  const rows = await fixture().database.query<{ type: string; source: string; actor: unknown }>(
    `select type, source, actor from user_events
     where user_id = (select id from users where clerk_id = $1) order by id`,
    [clerkId],
  );
  return rows.map(({ type, source, actor: by }) => [type, source, by]);
}

test('the log line of an impersonated request names the impersonator, warm or cold; that of a normal request names none', async () => {
  const { clerk } = fixture();
  const clerkUser = aClerkUser();
  const own = await aProfileToken(clerk.key, clerkUser);
  const impersonated = await aProfileToken(clerk.key, clerkUser, { claims: { act } });
  const bare = await aSessionToken(clerk.key, clerkUser.clerkId, { claims: { act } });
  expect(await linesOf(own, 'own')).toEqual([undefined, undefined]);
  expect(await linesOf(impersonated, 'impersonated')).toEqual([actor, actor]);
  expect(await linesOf(bare, 'without-profile')).toEqual([actor, actor]);
  expect(await linesOf(own, 'own-again')).toEqual([undefined, undefined]);
});

test.each<[string, unknown]>([
  ['text', 'user_2Admin'],
  ['without a subject', {}],
  ['with a subject of the wrong type', { sub: 5 }],
  ['with a subject that is not an id', { sub: 'a\nb' }],
])('an act claim that is %s refuses no request and is not logged', async (name, odd) => {
  const token = await aProfileToken(fixture().clerk.key, aClerkUser(), { claims: { act: odd } });
  expect(await linesOf(token, name.replaceAll(' ', '-'))).toEqual([undefined, undefined]);
});

test('the journal names who impersonated the user whose token changed the row, and users explain says so', async () => {
  const { api, clerk, database } = fixture();
  const clerkUser = aClerkUser();
  const start = Date.now() - 60_000;
  const token = (name: string, claims: object): Promise<string> =>
    aProfileToken(clerk.key, { ...clerkUser, name }, { claims: { ...claims } });
  expectUser(await api.me(await token('First', { updatedAt: start })));
  expectUser(await api.me(await token('Second', { updatedAt: start + 1, act })));
  expectUser(await api.me(await token('Third', { updatedAt: start + 2 })));
  const webhook = clerkUserJson({ ...clerkUser, name: 'Fourth' }, start + 3);
  expectOutcome(await deliver(api, 'user.updated', webhook), 'updated');
  expect(await actorsOf(clerkUser.clerkId)).toEqual([
    ['created', 'token', null],
    ['updated', 'token', actor],
    ['updated', 'token', null],
    ['updated', 'webhook', null],
  ]);

  const env = apiEnvironment({ databaseUrl: database.url, clerk });
  const { stdout } = await runCommand(['users', 'explain', clerkUser.clerkId], env);
  expect(stdout).toContain(
    `updated by a session token of ${actor}, who impersonated the user: name\n`,
  );
  expect(stdout.match(/impersonated/g)).toHaveLength(1);

  // The response to the user has only the contract's members.
  const events = await api.send('/users/me/events', {
    headers: { authorization: `Bearer ${await token('Fourth', { updatedAt: start + 3 })}` },
  });
  expect(events.text).not.toContain(actor);
});
