import { beforeAll, describe, expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectOutcome, expectProblem } from '../support/expect-answer.js';
import '@populatte/nestjs-clerk-sync/test/support/forgeries/tried.js';
import {
  rightDelivery,
  webhookForgeries,
  type Occasion,
  type Sent,
} from '@populatte/nestjs-clerk-sync/test/support/forgeries/webhook-forgeries.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../support/send.js';
import { nowInSeconds } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';
import { aDelivery, anEvent, deliver } from '../support/webhook.js';

/** `ApiProcess` searches the log for tokens, signatures, secrets and personal data when it ends. */
const fixture = withApi();

/** Milliseconds within which every forgery is answered: generous, since only a hang must fail. */
const timeLimit = 5_000;

const victim = aClerkUser();
const start = Date.now() - 60_000;

beforeAll(async () => {
  expectOutcome(
    await deliver(fixture().api, 'user.created', clerkUserJson(victim, start)),
    'created',
  );
});

const anOccasion = (): Occasion => ({ victim, now: nowInSeconds(), version: Date.now() });

function post({ body, headers }: Sent): Promise<Answer> {
  const sent = Object.entries(headers).filter(([, value]) => value !== undefined);
  return fixture().api.send('/webhooks/clerk', {
    method: 'POST',
    body,
    headers: Object.fromEntries(sent),
  });
}

/** All rows, each with the transaction that wrote it last. */
function stored(): Promise<unknown[]> {
  return fixture().database.query('select *, xmin::text from users order by id');
}

const rows = webhookForgeries.map(
  ([group, forgeries]) =>
    [
      group,
      forgeries
        .filter(({ http }) => http !== 'never')
        .map(({ name, make }) => [name, make] as const),
    ] as const,
);

describe.for(rows)('webhook forgeries: %s', ([, forgeries]) => {
  test.for(forgeries)('%s is refused and changes nothing', async ([, make], { task }) => {
    const before = await stored();
    const answer = await post(make(anOccasion()));
    expectProblem(answer, 400, 'webhook_invalid');
    expect(answer.elapsedMs).toBeLessThan(timeLimit);
    expect(await stored()).toEqual(before);
    task.meta.forgery = 'a webhook over HTTP';
  });
});

test('a webhook over 256 KiB is refused even with a valid signature', async () => {
  const before = await stored();
  const body = anEvent('user.updated', clerkUserJson(victim, Date.now())).padEnd(256 * 1024 + 1);
  const answer = await fixture().api.send('/webhooks/clerk', aDelivery(body));
  expectProblem(answer, 413, 'payload_too_large');
  expect(await stored()).toEqual(before);
});

describe('a replayed genuine delivery', () => {
  const replay = async (sent: Sent, outcome: string): Promise<void> => {
    const before = await stored();
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(sent)));
    for (const answer of answers) expectOutcome(answer, outcome);
    expect(await stored()).toEqual(before);
  };

  test('changes nothing, at once or after a newer one', async () => {
    const clerkUser = aClerkUser();
    const occasion = { victim: clerkUser, now: nowInSeconds(), version: start };
    const sent = rightDelivery(occasion);
    expectOutcome(await post(sent), 'created');
    await replay(sent, 'unchanged');
    const newer = clerkUserJson({ ...clerkUser, name: 'Grace Testperson' }, start + 1);
    expectOutcome(await deliver(fixture().api, 'user.updated', newer), 'updated');
    await replay(sent, 'stale');
    expect(await storedRow(fixture().database, clerkUser.clerkId)).toMatchObject({
      name: 'Grace Testperson',
    });
  });

  test('neither restores a deleted user nor deletes a user twice', async () => {
    const clerkUser = aClerkUser();
    const sent = rightDelivery({ victim: clerkUser, now: nowInSeconds(), version: start });
    expectOutcome(await post(sent), 'created');
    const deletion = aDelivery(anEvent('user.deleted', { id: clerkUser.clerkId, deleted: true }));
    const { api } = fixture();
    expectOutcome(await api.send('/webhooks/clerk', deletion), 'deleted');
    await replay(sent, 'ignored');
    expectOutcome(await api.send('/webhooks/clerk', deletion), 'ignored');
    expect(await storedRows(fixture().database, clerkUser.clerkId)).toMatchObject([
      { deleted: true, email: null },
    ]);
  });
});
