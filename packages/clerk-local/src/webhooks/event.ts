import type { WebhookEventType } from './message.js';

export interface WebhookEventInput {
  readonly type: WebhookEventType;
  readonly data: unknown;
  readonly instanceId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The body of a webhook: Clerk's event envelope around a resource.
 * `timestamp` is in milliseconds, as Clerk's guide has it.
 */
export function webhookBody({ type, data, instanceId, now }: WebhookEventInput): string {
  return JSON.stringify({
    data,
    event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'clerk-local' } },
    instance_id: instanceId,
    object: 'event',
    timestamp: now,
    type,
  });
}
