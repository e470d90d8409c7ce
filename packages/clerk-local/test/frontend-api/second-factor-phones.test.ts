import { expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import { ada, BrowserClient, errorOf } from './support/browser-client.js';

test('one phone number is the default second factor, and each change is one event', async () => {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  const { phone_numbers } = await clerk.users.create({
    ...ada,
    phone_number: ['+15555550100', '+15555550101'],
  });
  const [first, second] = phone_numbers.map(({ id }) => `PATCH /v1/me/phone_numbers/${id}`);
  const browser = await BrowserClient.register(clerk);
  await browser.signIn();
  await clerk.webhooks.drain();
  const before = receiver.received.length;

  const reserved = { reserved_for_second_factor: 'true' };
  const byDefault = { default_second_factor: 'true' };
  await browser.call(first ?? '', reserved);
  await browser.call(second ?? '', { ...reserved, ...byDefault });
  await clerk.webhooks.drain();
  expect(receiver.received.slice(before).map(({ event }) => event.type)).toEqual([
    'user.updated',
    'user.updated',
  ]);
  const { body } = await browser.call('GET /v1/me/phone_numbers');
  expect(body).toMatchObject([
    { reserved_for_second_factor: true, default_second_factor: false },
    { reserved_for_second_factor: true, default_second_factor: true },
  ]);

  const refused = await browser.call(second ?? '', { default_second_factor: 'false' });
  expect([refused.status, refused.body]).toMatchObject([
    422,
    errorOf('form_disable_default_second_factor_not_allowed', 'default_second_factor'),
  ]);
});
