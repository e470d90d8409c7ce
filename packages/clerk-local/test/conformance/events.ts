import type { ClerkLocal, WebhookEventType } from '../../src/index.js';

const input = { email_address: ['ada@example.com'], external_id: 'ext_1', first_name: 'Ada' };

/** What makes each event that is sent. */
export const conformanceEvents: Readonly<
  Record<WebhookEventType, (clerk: ClerkLocal) => Promise<unknown>>
> = {
  'user.created': (clerk) => clerk.users.create(input),
  'user.updated': async (clerk) => {
    const { id } = await clerk.users.create(input);
    await clerk.users.update(id, { first_name: 'Augusta', password: 'correct horse' });
  },
  'user.deleted': async (clerk) => {
    const { id } = await clerk.users.create(input);
    await clerk.users.delete(id);
  },
};
