import { z } from 'zod';
import { defineEndpoint } from '../http/define-endpoint.js';

/** What became of a webhook. `ignored`: genuine, but there was nothing to do. */
export const webhookReceipt = z
  .object({
    success: z.literal(true),
    outcome: z.enum(['created', 'updated', 'unchanged', 'stale', 'deleted', 'ignored']),
  })
  .meta({ id: 'WebhookReceipt' });

export type WebhookReceipt = z.infer<typeof webhookReceipt>;

/** Clerk's svix-signed events. Not for clients: the signature is Clerk's. */
export const receiveClerkWebhook = defineEndpoint({
  method: 'POST',
  path: '/webhooks/clerk',
  response: webhookReceipt,
});
