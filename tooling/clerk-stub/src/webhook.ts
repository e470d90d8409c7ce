import { createHmac, randomUUID } from 'node:crypto';

export interface WebhookSignature {
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

/**
 * Signs the exact bytes of a webhook by Svix's scheme: `v1,` and base64 of HMAC-SHA256 over id,
 * timestamp and body (docs.svix.com, "Verifying webhooks manually").
 */
export function signWebhook(
  body: string | Buffer,
  { secret, id, timestamp }: WebhookSignature,
): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}

/** The body of an event as Clerk sends it. */
export function webhookEvent(type: string, data: unknown): string {
  return JSON.stringify({
    data,
    object: 'event',
    type,
    timestamp: Date.now(),
    instance_id: 'ins_e2e',
    event_attributes: {},
  });
}

/** The headers of a delivery. Default: a new message id, sent now. */
export function webhookHeaders(
  body: string | Buffer,
  {
    secret,
    id = `msg_${randomUUID()}`,
    timestamp = Math.floor(Date.now() / 1_000),
  }: Pick<WebhookSignature, 'secret'> & Partial<WebhookSignature>,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'svix-id': id,
    'svix-timestamp': String(timestamp),
    'svix-signature': signWebhook(body, { secret, id, timestamp }),
  };
}
