import { enum as oneOf, literal, object, type z } from 'zod';
import { defineEndpoint } from '../http/define-endpoint.js';

/** The outcome of a webhook. `ignored`: authentic, but without effect. */
export const webhookReceipt = object({
  success: literal(true),
  outcome: oneOf([
    'created',
    'updated',
    'unchanged',
    'stale',
    'deleted',
    'ignored',
    'session_ended',
  ]),
}).meta({ id: 'WebhookReceipt' });

export type WebhookReceipt = z.infer<typeof webhookReceipt>;

/** Receives Clerk's svix-signed events. Not for clients: only Clerk can sign. */
export const receiveClerkWebhook = defineEndpoint({
  method: 'POST',
  path: '/webhooks/clerk',
  response: webhookReceipt,
});
