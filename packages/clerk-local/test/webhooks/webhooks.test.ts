import { Webhook } from 'standardwebhooks';
import { describe, expect, test, vi } from 'vitest';
import { type ClerkLocal, type ClerkLocalOptions, defaultRetryDelaysMs } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock } from '../support/clock.js';
import { aWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

async function aSender(
  options: ClerkLocalOptions = {},
): Promise<{ clerk: ClerkLocal; receiver: WebhookReceiver }> {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url, ...options });
  return { clerk, receiver };
}

function typesOf({ received }: WebhookReceiver): string[] {
  return received.map(({ event }) => event.type);
}

async function createUsers(clerk: ClerkLocal, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const user = await clerk.users.create({ email_address: [`u${number}@example.com`] });
    ids.push(user.id);
  }
  return ids;
}

function userIdsOf({ received }: WebhookReceiver): string[] {
  return received.map(({ event }) => event.data.id);
}

describe('a webhook', () => {
  test('is sent when a user is created, updated and deleted', async () => {
    const { clerk, receiver } = await aSender();
    const user = await clerk.users.create({ email_address: ['ada@example.com'] });
    await clerk.webhooks.drain();
    const changed = await clerk.users.update(user.id, { first_name: 'Ada' });
    await clerk.webhooks.drain();
    await clerk.users.delete(user.id);
    await clerk.webhooks.drain();

    expect(receiver.received.map(({ event }) => event.data)).toEqual([
      user,
      changed,
      { id: user.id, object: 'user', deleted: true },
    ]);
    expect(typesOf(receiver)).toEqual(['user.created', 'user.updated', 'user.deleted']);
  });

  test('has the envelope of Clerk’s events', async () => {
    const clock = aClock();
    const { clerk, receiver } = await aSender({ now: clock.now });
    const [id] = await createUsers(clerk, 1);
    await clerk.webhooks.drain();
    expect(receiver.received[0]?.event).toEqual({
      data: expect.objectContaining({ id }) as unknown,
      event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'clerk-local' } },
      instance_id: clerk.instanceId,
      object: 'event',
      timestamp: clock.now(),
      type: 'user.created',
    });
  });

  test('is signed over its exact bytes with the time of the attempt', async () => {
    const clock = aClock();
    const { clerk, receiver } = await aSender({ now: clock.now });
    await createUsers(clerk, 1);
    await clerk.webhooks.drain();

    const [webhook] = receiver.received;
    const id = String(webhook?.headers['svix-id']);
    expect(id).toMatch(/^msg_[0-9A-Za-z]{27}$/);
    expect(webhook?.headers['svix-timestamp']).toBe(`${clock.now() / 1000}`);
    const expected = new Webhook(clerk.webhookSigningSecret).sign(
      id,
      new Date(clock.now()),
      webhook?.body ?? '',
    );
    expect(webhook?.headers['svix-signature']).toBe(expected);
  });

  test('is retried on schedule with the same id until it is accepted', async () => {
    const clock = aClock();
    const { clerk, receiver } = await aSender({
      now: clock.now,
      webhookRetryDelaysMs: [0, 10, 1_000],
    });
    receiver.status = 503;
    await createUsers(clerk, 1);
    await vi.waitFor(() => {
      expect(receiver.received).toHaveLength(2);
    }, 60_000);
    clock.advance(60_000);
    receiver.status = 204;
    await clerk.webhooks.drain();

    expect(
      clerk.webhooks.deliveries().map((delivery) => [delivery.attempt, delivery.outcome]),
    ).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [3, 'delivered'],
    ]);
    const ids = receiver.received.map(({ headers }) => headers['svix-id']);
    expect(new Set(ids).size).toBe(1);
    const times = receiver.received.map(({ headers }) => headers['svix-timestamp']);
    expect(Number(times[2]) - Number(times[0])).toBe(60);
  });

  test.each([301, 400, 500])('fails on a response with %i', async (status) => {
    const { clerk, receiver } = await aSender({ webhookRetryDelaysMs: [0, 1] });
    receiver.status = status;
    await createUsers(clerk, 1);
    await clerk.webhooks.drain();
    expect(clerk.webhooks.deliveries()).toMatchObject([
      { attempt: 1, outcome: 'failed', httpStatus: status },
      { attempt: 2, outcome: 'failed', httpStatus: status },
    ]);
  });

  test('is not sent again if the endpoint aborts the message', async () => {
    const { clerk, receiver } = await aSender({ webhookRetryDelaysMs: [0, 1] });
    receiver.status = 500;
    receiver.headers = { 'webhook-delivery': 'abort-message' };
    await createUsers(clerk, 2);
    await clerk.webhooks.drain();
    expect(clerk.webhooks.deliveries().map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  test('is not sent to an endpoint that has disabled itself', async () => {
    const { clerk, receiver } = await aSender({ webhookRetryDelaysMs: [0, 1] });
    receiver.headers = { 'webhook-delivery': 'disable' };
    await createUsers(clerk, 1);
    await clerk.webhooks.drain();
    await clerk.users.create({ email_address: ['late@example.com'] });
    await clerk.webhooks.drain();
    expect(receiver.received).toHaveLength(1);
  });

  test('is not replayed to an endpoint that has disabled itself', async () => {
    const { clerk, receiver } = await aSender({ webhookRetryDelaysMs: [0, 1] });
    receiver.headers = { 'webhook-delivery': 'disable' };
    await createUsers(clerk, 1);
    await clerk.webhooks.drain();
    const messageId = clerk.webhooks.deliveries()[0]?.messageId ?? '';
    const path = `/_local/deliveries/${messageId}/replay`;
    expect((await callBackendApi(clerk, { method: 'POST', path })).status).toBe(202);
    await clerk.webhooks.drain();
    expect(receiver.received).toHaveLength(1);
    expect(clerk.webhooks.deliveries()).toMatchObject([
      { messageId, outcome: 'delivered' },
      { messageId, outcome: 'dropped', url: receiver.url },
    ]);
  });

  test('is dropped if its endpoint disables itself while it waits', async () => {
    const { clerk, receiver } = await aSender({ webhookRetryDelaysMs: [0, 60_000] });
    receiver.status = 500;
    clerk.webhooks.pause();
    await createUsers(clerk, 2);
    receiver.headers = { 'webhook-delivery': 'disable' };
    await clerk.webhooks.flush();
    expect(receiver.received).toHaveLength(1);
    expect(clerk.webhooks.deliveries().map(({ outcome }) => outcome)).toEqual([
      'failed',
      'dropped',
    ]);
    await clerk.webhooks.drain();
  });

  test('fails permanently if the endpoint is unreachable, without blocking the next webhook', async () => {
    const clerk = await aClerkLocal({
      webhookUrl: 'http://127.0.0.1:1/nobody',
      webhookRetryDelaysMs: [0, 1],
    });
    await createUsers(clerk, 2);
    await clerk.webhooks.drain();
    expect(clerk.webhooks.deliveries().map(({ httpStatus }) => httpStatus)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test('is not created without a webhook URL', async () => {
    const clerk = await aClerkLocal();
    await createUsers(clerk, 1);
    await clerk.webhooks.drain();
    expect(clerk.webhooks.deliveries()).toEqual([]);
  });
});

describe('webhook controls', () => {
  test('delay webhooks', async () => {
    const { clerk, receiver } = await aSender();
    clerk.webhooks.setMode({ delayMs: 200 });
    const start = performance.now();
    await createUsers(clerk, 1);
    await clerk.webhooks.drain();
    expect(performance.now() - start).toBeGreaterThanOrEqual(199);
    expect(receiver.received).toHaveLength(1);
  });

  test('duplicate webhooks with the same id', async () => {
    const { clerk, receiver } = await aSender();
    clerk.webhooks.setMode({ duplicate: true });
    await createUsers(clerk, 1);
    await clerk.webhooks.drain();
    expect(receiver.received).toHaveLength(2);
    expect(new Set(receiver.received.map(({ headers }) => headers['svix-id'])).size).toBe(1);
  });

  test('drop all webhooks, or those that a predicate selects', async () => {
    const { clerk, receiver } = await aSender();
    clerk.webhooks.setMode({ drop: ({ type }) => type === 'user.created' });
    const [id = ''] = await createUsers(clerk, 1);
    await clerk.users.update(id, { first_name: 'Ada' });
    await clerk.webhooks.drain();
    clerk.webhooks.setMode({ drop: true });
    await clerk.users.update(id, { first_name: 'Augusta' });
    await clerk.webhooks.drain();

    expect(typesOf(receiver)).toEqual(['user.updated']);
    expect(clerk.webhooks.deliveries().map(({ outcome }) => outcome)).toEqual([
      'dropped',
      'delivered',
      'dropped',
    ]);
  });

  test('shuffle webhooks', async () => {
    const { clerk, receiver } = await aSender();
    clerk.webhooks.setMode({ shuffle: true });
    const ids = await createUsers(clerk, 20);
    await clerk.webhooks.drain();
    expect(userIdsOf(receiver)).not.toEqual(ids);
    expect(userIdsOf(receiver).sort()).toEqual([...ids].sort());
  });

  test('hold webhooks during a pause and flush them in the requested order', async () => {
    const { clerk, receiver } = await aSender();
    clerk.webhooks.pause();
    const first = await createUsers(clerk, 3);
    await clerk.webhooks.flush({ order: 'newest-first' });
    expect(userIdsOf(receiver)).toEqual([...first].reverse());
    const { id } = await clerk.users.create({ email_address: ['last@example.com'] });
    expect(receiver.received).toHaveLength(3);

    clerk.webhooks.resume();
    await clerk.webhooks.drain();
    expect(userIdsOf(receiver).at(-1)).toBe(id);
  });

  test('explain why drain() fails', async () => {
    const { clerk, receiver } = await aSender({ webhookRetryDelaysMs: [0, 60_000] });
    receiver.status = 500;
    await createUsers(clerk, 1);
    await expect(clerk.webhooks.drain({ timeoutMs: 50 })).rejects.toMatchObject({
      code: 'drain_timeout',
      action: 'See deliveries() for the responses of the endpoint.',
    });
    clerk.webhooks.pause();
    await expect(clerk.webhooks.drain()).rejects.toMatchObject({
      code: 'drain_timeout',
      action: 'Call resume() or flush() first.',
    });
  });
});

test('close() does not wait for a hanging endpoint', async () => {
  const receiver = await aWebhookReceiver();
  receiver.hang = true;
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  await createUsers(clerk, 1);
  await vi.waitFor(() => {
    expect(receiver.received).toHaveLength(1);
  }, 60_000);
  const start = performance.now();
  await clerk.close();
  // The timeout of an attempt is 15 s.
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('the default schedule is svix’s eight attempts over 27 h 35 min 5 s, 1,000 times faster', () => {
  expect(defaultRetryDelaysMs).toHaveLength(8);
  const seconds = defaultRetryDelaysMs.reduce((sum, delay) => sum + delay, 0);
  expect(seconds).toBe(27 * 3600 + 35 * 60 + 5);
});
