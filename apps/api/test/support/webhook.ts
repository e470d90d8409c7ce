import { aDelivery, anEvent } from '@populatte/nestjs-clerk-sync/test/support/signed-webhook.js';
import type { ApiProcess } from './api-process.js';
import type { Answer } from './send.js';

export {
  aDelivery,
  anEvent,
  signature,
  signingSecret,
  type WebhookOptions,
} from '@populatte/nestjs-clerk-sync/test/support/signed-webhook.js';

/** Delivers a valid event. */
export function deliver(api: ApiProcess, type: string, data: unknown): Promise<Answer> {
  return api.send('/webhooks/clerk', aDelivery(anEvent(type, data)));
}
