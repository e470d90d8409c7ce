import type { Profile } from './profile.js';
import type { CountedWebhook } from './sync-metrics.js';

/** An event from the identity provider. */
export type UserEvent =
  | { readonly type: 'profile'; readonly profile: Profile }
  | { readonly type: 'deletion'; readonly clerkId: string }
  | { readonly type: 'session end'; readonly clerkId: string; readonly sessionId: string }
  /** Authentic, but irrelevant here. */
  | { readonly type: 'other' };

/** An authentic webhook: its event and the data of its envelope. */
export type WebhookEvent = UserEvent & {
  /** Its type at Clerk, from a fixed set. */
  readonly name: Exclude<CountedWebhook, 'unknown'>;
  /** When the event happened at Clerk, in milliseconds since the epoch; null: it does not say. */
  readonly occurredAt: number | null;
};

/** A webhook as it arrived: the signature covers exactly these bytes. */
export interface WebhookDelivery {
  readonly body: Uint8Array;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Verifies and parses webhooks of the identity provider. */
export abstract class WebhookVerifier {
  /** False without a secret to verify with; then all deliveries are refused. */
  abstract readonly isEnabled: boolean;

  /** @throws WebhookInvalidError when signature, headers, timestamp or body are invalid */
  abstract verify(delivery: WebhookDelivery): Promise<WebhookEvent>;
}
