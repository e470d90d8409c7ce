import { expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectOutcome, expectProblem } from '../support/expect-answer.js';
import { aClerkUser, familyName } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../support/send.js';
import { nowInSeconds } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';
import {
  aDelivery,
  anEvent,
  signature,
  signingSecret,
  type WebhookOptions,
} from '../support/webhook.js';

const fixture = withApi();
const start = Date.now() - 60_000;

const post = (body: string | Buffer, options: WebhookOptions = {}): Promise<Answer> =>
  fixture().api.send('/webhooks/clerk', aDelivery(body, options));

const created = (clerkUser = aClerkUser()): string =>
  anEvent('user.created', clerkUserJson(clerkUser, start));

test.each<[string, Record<string, string | undefined>]>([
  ['JSON', {}],
  ['JSON with a charset', { 'content-type': 'application/json; charset=utf-8' }],
  ['text', { 'content-type': 'text/plain' }],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['bytes', { 'content-type': 'application/octet-stream' }],
  ['none', { 'content-type': undefined }],
])('a signed webhook is accepted with any content type: %s', async (_name, headers) => {
  expectOutcome(await post(created(), { headers }), 'created');
});

test('the signature is checked over the bytes as sent', async () => {
  const { database } = fixture();
  const clerkUser = aClerkUser();
  const escaped = created(clerkUser)
    .replace(familyName, 'L\\u006fv\\u00e9')
    .replaceAll('":', '" :\t')
    .replaceAll(',"', ' ,\r\n"');
  expectOutcome(await post(` ${escaped}\n`), 'created');
  expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({ name: 'Ada Lov\u00e9' });
});

test('one valid signature among several is enough', async () => {
  const body = created();
  const id = 'msg_several';
  const timestamp = nowInSeconds();
  const wrong = signature('whsec_d3Jvbmc=', id, timestamp, body);
  const right = signature(signingSecret, id, timestamp, body);
  const svix = (value: string): WebhookOptions => ({
    id,
    timestamp,
    headers: { 'svix-signature': value },
  });
  expectOutcome(await post(body, svix(`${wrong} v1a,xyz ${right}`)), 'created');
  expectOutcome(await post(body, svix(`${right} ${wrong}`)), 'unchanged');
  expectProblem(await post(body, svix(`${wrong} ${wrong}`)), 400, 'webhook_invalid');
});

const validFor = 5 * 60;

test.each([validFor - 10, -(validFor - 10)])(
  'a delivery with a timestamp %i s from now is accepted',
  async (off) => {
    expectOutcome(await post(created(), { timestamp: nowInSeconds() + off }), 'created');
  },
);

test.each(['session.created', 'organization.created', 'user.something', 'email.created', ''])(
  'the unknown event type “%s” is acknowledged as ignored',
  async (type) => {
    expectOutcome(await post(anEvent(type, { id: 'user_ignored', updated_at: 1 })), 'ignored');
    expect(await storedRows(fixture().database, 'user_ignored')).toHaveLength(0);
  },
);

test('a delivery that arrives again is applied once', async () => {
  const { api, database } = fixture();
  const clerkUser = aClerkUser();
  const delivery = aDelivery(created(clerkUser));
  const send = (): Promise<Answer> => api.send('/webhooks/clerk', delivery);
  expectOutcome(await send(), 'created');
  const before = await storedRow(database, clerkUser.clerkId);
  const again = await Promise.all([send(), send(), send()]);
  for (const answer of again) expectOutcome(answer, 'unchanged');
  expect(await storedRow(database, clerkUser.clerkId)).toEqual(before);
});

test('concurrent events in random order, each sent twice, end with the newest profile', async () => {
  const { database } = fixture();
  const clerkUser = aClerkUser();
  const versions = Array.from({ length: 40 }, (_, index) => ({
    ...clerkUser,
    name: `Ada ${index}`,
  }));
  const bodies = versions.map((version, index) =>
    anEvent(index === 0 ? 'user.created' : 'user.updated', clerkUserJson(version, start + index)),
  );
  const shuffled = [...bodies, ...bodies].sort(() => Math.random() - 0.5);
  const answers = await Promise.all(shuffled.map((body) => post(body)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(await storedRows(database, clerkUser.clerkId)).toMatchObject([
    { name: 'Ada 39', profile_version: String(start + 39) },
  ]);
});

test('a deletion among concurrent updates leaves the user deleted', async () => {
  const { database } = fixture();
  const clerkUser = aClerkUser();
  const updates = Array.from({ length: 20 }, (_, index) =>
    anEvent('user.updated', clerkUserJson(clerkUser, start + index)),
  );
  const deletion = anEvent('user.deleted', {
    id: clerkUser.clerkId,
    deleted: true,
    object: 'user',
  });
  const bodies = [...updates.slice(0, 10), deletion, ...updates.slice(10), deletion];
  const answers = await Promise.all(bodies.map((body) => post(body)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(answers.filter(({ text }) => text.includes('"deleted"'))).toHaveLength(1);
  expect(await storedRows(database, clerkUser.clerkId)).toMatchObject([
    { deleted: true, email: null },
  ]);
});

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a primary address that is not the first', {}, { email: 'primary@people.example' }],
  ['no primary address', { primary_email_address_id: null }, { email: null }],
  [
    'a primary address that is not listed',
    { primary_email_address_id: 'idn_gone' },
    { email: null },
  ],
  ['no addresses', { email_addresses: [] }, { email: null }],
  ['no last name', { last_name: null }, { name: 'Ada' }],
  ['no first name', { first_name: null }, { name: familyName }],
  ['no names', { first_name: null, last_name: '' }, { name: null }],
  ['no picture', { image_url: null }, { image_url: null }],
  ['unstorable text', { first_name: 'A\u0000\ud800', last_name: null }, { name: 'A' }],
])('a user with %s is stored accordingly', async (_name, overrides, expected) => {
  const { database } = fixture();
  const clerkUser = aClerkUser({ email: 'primary@people.example' });
  const body = anEvent('user.created', clerkUserJson(clerkUser, start, overrides));
  expectOutcome(await post(body), 'created');
  expect(await storedRow(database, clerkUser.clerkId)).toMatchObject(expected);
});

test('a webhook’s log line has the route and the outcome', async () => {
  const answer = await post(created());
  const logged = await fixture().api.requestLog(String(answer.headers['x-request-id']));
  expect(logged).toMatchObject({ route: '/webhooks/clerk', status: 200, outcome: 'created' });
});

test('the log line of a webhook that fails has the svix id and the type of the event', async () => {
  const { api } = fixture();
  const refused = aDelivery(created(), {
    id: 'msg_2b6EX4MP1E',
    headers: { 'svix-signature': 'v1,AAAA' },
  });
  const answer = await api.send('/webhooks/clerk', refused);
  expectProblem(answer, 400, 'webhook_invalid');
  expect(await api.requestLog(String(answer.headers['x-request-id']))).toMatchObject({
    outcome: 'webhook_invalid',
    svixId: refused.headers['svix-id'],
    eventType: 'user.created',
    reason: 'signature',
  });

  const odd = aDelivery('{"type":"<b>"}', {
    headers: { 'svix-id': 'a <b>', 'svix-signature': 'v1,AAAA' },
  });
  const other = await api.send('/webhooks/clerk', odd);
  const logged = await api.requestLog(String(other.headers['x-request-id']));
  expect(logged).not.toHaveProperty('svixId');
  expect(logged).not.toHaveProperty('eventType');
});
