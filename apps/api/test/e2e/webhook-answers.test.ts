import { expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../support/send.js';
import { storedRow } from '../support/stored-user.js';
import { aDelivery, anEvent, signingSecret } from '../support/webhook.js';

const otherSecret = `whsec_${Buffer.from('the secret before the rotation').toString('base64')}`;
const fixture = withApi({ CLERK_WEBHOOK_SIGNING_SECRET: `${signingSecret},${otherSecret}` });
const start = Date.now() - 60_000;

const post = (type: string, data: unknown): Promise<Answer> =>
  fixture().api.send('/webhooks/clerk', aDelivery(anEvent(type, data)));

/** Recorded before session events were received: these answers must not change by a byte. */
test('the three user events get the recorded responses, byte for byte', async () => {
  const clerkUser = aClerkUser();
  const user = clerkUserJson(clerkUser, start);
  const deletion = { id: clerkUser.clerkId, object: 'user', deleted: true };
  const replayed: readonly (readonly [type: string, data: unknown, body: string])[] = [
    ['user.created', user, '{"success":true,"outcome":"created"}'],
    ['user.created', user, '{"success":true,"outcome":"unchanged"}'],
    [
      'user.updated',
      clerkUserJson({ ...clerkUser, name: 'Ada Two' }, start + 1),
      '{"success":true,"outcome":"updated"}',
    ],
    ['user.updated', user, '{"success":true,"outcome":"stale"}'],
    ['user.deleted', deletion, '{"success":true,"outcome":"deleted"}'],
    ['user.deleted', deletion, '{"success":true,"outcome":"ignored"}'],
    ['user.updated', user, '{"success":true,"outcome":"ignored"}'],
  ];
  for (const [type, data, body] of replayed) {
    const answer = await post(type, data);
    expect([type, answer.status, answer.text]).toEqual([type, 200, body]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  }
});

test('an updated_at far in the future does not freeze a row', async () => {
  const clerkUser = aClerkUser();
  await post('user.created', clerkUserJson(clerkUser, 8_600_000_000_000_000));
  await post(
    'user.updated',
    clerkUserJson({ ...clerkUser, email: 'new@people.example' }, Date.now()),
  );
  expect(await storedRow(fixture().database, clerkUser.clerkId)).toMatchObject({
    email: 'new@people.example',
  });
});

test('a delivery signed with either of the two secrets is accepted and one with a third is refused', async () => {
  const { api } = fixture();
  const body = anEvent('user.created', clerkUserJson(aClerkUser(), start));
  const third = `whsec_${Buffer.from('a third secret').toString('base64')}`;
  const statuses: number[] = [];
  for (const secret of [signingSecret, otherSecret, third]) {
    statuses.push((await api.send('/webhooks/clerk', aDelivery(body, { secret }))).status);
  }
  expect(statuses).toEqual([200, 200, 400]);
});
