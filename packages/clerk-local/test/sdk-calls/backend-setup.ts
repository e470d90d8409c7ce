import { ada, BrowserClient } from '../frontend-api/support/browser-client.js';
import type { ClerkLocal } from '../../src/index.js';
import type { CallRecord } from './call-record.js';
import { aRecordedBackend, type RecordedBackend } from './recorded-backend.js';

export const emailAddress = 'ada@example.com';

/** Starts an instance with a user. */
export async function withUser(
  record: CallRecord,
): Promise<RecordedBackend & { readonly userId: string }> {
  const backend = await aRecordedBackend(record);
  const { id } = await backend.clerk.users.create({
    email_address: [emailAddress],
    first_name: 'Ada',
    password: ada.password,
  });
  await backend.clerk.webhooks.drain();
  return { ...backend, userId: id };
}

/** Signs in with a ticket, in a new browser. Returns the status of the response. */
export async function redeem(clerk: ClerkLocal, ticket: string): Promise<number> {
  const browser = await BrowserClient.register(clerk);
  return (await browser.call('POST /v1/client/sign_ins', { strategy: 'ticket', ticket })).status;
}

/** Creates an image to upload. */
export const anImage = (): File =>
  new File([new Uint8Array([137, 80, 78, 71])], 'a.png', { type: 'image/png' });
