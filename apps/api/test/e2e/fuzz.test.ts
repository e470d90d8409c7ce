import { clerkUserJson } from '@populatte/clerk-stub';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyEvent } from '@populatte/nestjs-clerk-sync/test/support/any-event.js';
import { withApi } from '../support/api-fixture.js';
import {
  anyText,
  edited,
  profileClaimsOf,
  tokenLetters,
} from '@populatte/nestjs-clerk-sync/test/support/arbitraries.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aSessionToken, nowInSeconds } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';
import { aDelivery, anEvent } from '../support/webhook.js';

const fixture = withApi();

/** Longest token that fits Node's 16 KiB limit for headers, with 1 KiB for the other headers. */
const longestToken = 15 * 1024;

/** Text that node:http can send in a header: Latin-1 without control characters, except tabs. */
const headerText = anyText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/gu, ''));

test('any invalid Authorization header gets 401 and stores no user', async () => {
  const { api, clerk, database } = fixture();
  const right = await aSessionToken(clerk.key, 'user_fuzzed');
  const values = fc.oneof(
    headerText,
    headerText.map((text) => `Bearer ${text}`),
    edited(right, tokenLetters)
      .filter((token) => token.trim() !== right)
      .map((token) => `Bearer ${token}`),
  );
  await fc.assert(
    fc.asyncProperty(values, async (authorization) => {
      const answer = await api.send('/users/me', { headers: { authorization } });
      expectProblem(
        answer,
        401,
        answer.text.includes('"token_missing"') ? 'token_missing' : 'token_invalid',
      );
    }),
    { numRuns: 300 },
  );
  expect(await database.query('select 1 from users')).toEqual([]);
});

test('any profile in a valid token is stored or looked up at Clerk', async () => {
  const { api, clerk, database } = fixture();
  let stored = 0;
  await fc.assert(
    fc.asyncProperty(profileClaimsOf(nowInSeconds()), async (claims) => {
      const { clerkId } = aClerkUser();
      const token = await aSessionToken(clerk.key, clerkId, { claims });
      fc.pre(token.length <= longestToken);
      const answer = await api.me(token);
      if (answer.status === 401) {
        expectProblem(answer, 401, 'user_unknown');
        return;
      }
      const { email, name, imageUrl } = expectUser(answer);
      const row = await storedRow(database, clerkId);
      expect(row).toMatchObject({ email, name, image_url: imageUrl });
      stored += 1;
    }),
    { numRuns: 300 },
  );
  // Guards against a generator that never reaches the check.
  expect(stored).toBeGreaterThan(10);
});

test('any correctly signed body gets 200 or 400', async () => {
  const { api } = fixture();
  const outcomes = new Set<number>();
  await fc.assert(
    fc.asyncProperty(anyEvent(aClerkUser(), Date.now()), async (body) => {
      const answer = await api.send('/webhooks/clerk', aDelivery(body));
      outcomes.add(answer.status);
      if (answer.status !== 200) expectProblem(answer, 400, 'webhook_invalid');
    }),
    { numRuns: 300 },
  );
  expect([...outcomes].sort()).toEqual([200, 400]);
});

test('any wrong svix header gets 400', async () => {
  const { api } = fixture();
  const name = fc.constantFrom('svix-id', 'svix-timestamp', 'svix-signature');
  await fc.assert(
    fc.asyncProperty(name, headerText, async (header, value) => {
      const delivery = aDelivery('{"type":"session.created"}', { headers: { [header]: value } });
      expectProblem(await api.send('/webhooks/clerk', delivery), 400, 'webhook_invalid');
    }),
    { numRuns: 200 },
  );
});

test('a signed webhook of which any byte was changed, added or lost gets 400', async () => {
  const { api, database } = fixture();
  const clerkUser = aClerkUser();
  const body = Buffer.from(anEvent('user.created', clerkUserJson(clerkUser, Date.now())));
  const right = aDelivery(body);
  const change = fc.record({
    at: fc.nat(body.length - 1),
    how: fc.constantFrom('change', 'add', 'lose', 'cut'),
    byte: fc.integer({ min: 1, max: 255 }),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, how, byte }) => {
      const before = body.subarray(0, at);
      const after = body.subarray(how === 'add' ? at : at + 1);
      const middle = how === 'lose' ? [] : [how === 'add' ? byte : (body[at] ?? 0) ^ byte];
      const changed = how === 'cut' ? before : Buffer.concat([before, Buffer.from(middle), after]);
      fc.pre(!changed.equals(body));
      const answer = await api.send('/webhooks/clerk', { ...right, body: changed });
      expectProblem(answer, 400, 'webhook_invalid');
    }),
    { numRuns: 300 },
  );
  expect(await storedRows(database, clerkUser.clerkId)).toEqual([]);
  // Guards against a delivery that would be refused even without the change.
  expect((await api.send('/webhooks/clerk', right)).status).toBe(200);
});
