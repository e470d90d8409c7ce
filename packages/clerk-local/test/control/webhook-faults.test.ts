import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

async function anInstance(): Promise<{ clerk: ClerkLocal; receiver: WebhookReceiver }> {
  const receiver = await aWebhookReceiver();
  return { clerk: await aClerkLocal({ webhookUrl: receiver.url }), receiver };
}

async function setFault(clerk: ClerkLocal, json: object): Promise<void> {
  const response = await callBackendApi(clerk, { method: 'POST', path: '/_local/faults', json });
  expect(response.status).toBe(201);
}

async function act(clerk: ClerkLocal): Promise<void> {
  const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
  await clerk.users.update(id, { first_name: 'Ada' });
  await clerk.webhooks.drain();
}

const typesOf = ({ received }: WebhookReceiver): string[] =>
  received.map(({ event }) => event.type);

test('drops the events of one type', async () => {
  const { clerk, receiver } = await anInstance();
  await setFault(clerk, { target: 'webhooks user.created', drop: true });
  await act(clerk);
  expect(typesOf(receiver)).toEqual(['user.updated']);
});

test('duplicates one event, with the same id', async () => {
  const { clerk, receiver } = await anInstance();
  await setFault(clerk, { target: 'webhooks user.created', duplicate: true, times: 1 });
  await act(clerk);
  expect(typesOf(receiver).filter((type) => type === 'user.created')).toHaveLength(2);
  expect(new Set(receiver.received.map(({ headers }) => headers['svix-id'])).size).toBe(2);
});

test('delays an event', async () => {
  const { clerk, receiver } = await anInstance();
  await setFault(clerk, { target: 'webhooks', delayMs: 300, times: 1 });
  await act(clerk);
  expect(typesOf(receiver)).toEqual(['user.updated', 'user.created']);
});

test('replays an event after its delivery', async () => {
  const { clerk, receiver } = await anInstance();
  await setFault(clerk, { target: 'webhooks user.created', replay: true });
  await act(clerk);
  expect(typesOf(receiver)).toEqual(['user.created', 'user.updated', 'user.created']);
});

const deliveriesSchema = z.object({
  pending: z.number(),
  deliveries: z.array(
    z.looseObject({ messageId: z.string(), type: z.string(), payload: z.unknown() }),
  ),
});

test('lists the deliveries with their payload, and replays one on demand', async () => {
  const { clerk, receiver } = await anInstance();
  await act(clerk);
  const list = async (): Promise<z.output<typeof deliveriesSchema>> =>
    deliveriesSchema.parse(
      await (await callBackendApi(clerk, { method: 'GET', path: '/_local/deliveries' })).json(),
    );
  const { deliveries, pending } = await list();
  expect(pending).toBe(0);
  expect(deliveries[0]).toMatchObject({
    type: 'user.created',
    outcome: 'delivered',
    attempt: 1,
    httpStatus: 200,
    payload: { type: 'user.created', object: 'event' },
  });

  const path = `/_local/deliveries/${deliveries[0]?.messageId ?? ''}/replay`;
  expect((await callBackendApi(clerk, { method: 'POST', path })).status).toBe(202);
  await clerk.webhooks.drain();
  expect(receiver.received[0]?.headers['svix-id']).toBe(receiver.received[2]?.headers['svix-id']);
  expect(receiver.received[0]?.body).toBe(receiver.received[2]?.body);

  const unknown = '/_local/deliveries/msg_none/replay';
  expect((await callBackendApi(clerk, { method: 'POST', path: unknown })).status).toBe(404);
});
