import { signWebhook, webhookEvent, webhookHeaders, webhookSecret } from '@populatte/clerk-stub';

export { webhookEvent as anEvent, webhookSecret as signingSecret };

/** Signs the exact bytes of a webhook. */
export function signature(
  secret: string,
  id: string,
  timestamp: number,
  body: string | Buffer,
): string {
  return signWebhook(body, { secret, id, timestamp });
}

export interface WebhookOptions {
  readonly secret?: string;
  readonly id?: string;
  /** Seconds since the epoch. */
  readonly timestamp?: number;
  /** In addition to the signature's headers; `undefined` removes one. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** A webhook that is ready to be sent. */
export interface Delivery {
  readonly method: 'POST';
  readonly body: string | Buffer;
  readonly headers: Record<string, string | undefined>;
}

/** A delivery as svix makes it, ready to be sent. */
export function aDelivery(
  body: string | Buffer,
  { headers = {}, ...given }: WebhookOptions = {},
): Delivery {
  const all = { ...webhookHeaders(body, { secret: webhookSecret, ...given }), ...headers };
  const sent = Object.entries(all).filter(([, value]) => value !== undefined);
  return { method: 'POST', body, headers: Object.fromEntries(sent) };
}
