import { expect, test } from 'vitest';
import { z } from 'zod';
import { BrowserClient, errorOf } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

const email_address = 'ada@example.com';

test('an address that joins again gets its existing entry, from servers and from browsers', async () => {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  const post = async (path: string, json: unknown): Promise<unknown> => {
    const response = await callBackendApi(clerk, { method: 'POST', path, json });
    expect(response.status).toBe(200);
    return response.json();
  };
  const entry = z
    .looseObject({ id: z.string() })
    .parse(await post('/v1/waitlist_entries', { email_address }));
  expect(await post('/v1/waitlist_entries', { email_address })).toEqual(entry);
  expect(await post('/v1/waitlist_entries/bulk', [{ email_address }])).toEqual([entry]);
  const browser = await BrowserClient.register(clerk);
  const joined = await browser.call('POST /v1/waitlist', { email_address });
  expect(joined.body).toMatchObject({ id: entry.id });
  await clerk.webhooks.drain();
  const types = receiver.received.map(({ event }) => event.type);
  expect(types).toEqual(['waitlistEntry.created']);
});

test('a bulk request with an address twice creates no entry', async () => {
  const clerk = await aClerkLocal();
  const path = '/v1/waitlist_entries';
  const json = [{ email_address }, { email_address: 'ADA@example.com' }];
  const response = await callBackendApi(clerk, { method: 'POST', path: `${path}/bulk`, json });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject(errorOf('form_param_duplicate'));
  const listed = await callBackendApi(clerk, { method: 'GET', path });
  expect(await listed.json()).toMatchObject({ total_count: 0 });
});
