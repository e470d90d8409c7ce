import type { UserEvent } from './user-event.js';

/** A webhook as it arrived: the signature covers these very bytes. */
export interface WebhookDelivery {
  readonly body: Uint8Array;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Tells a webhook that the identity provider sent from everything else, and reads it. */
export abstract class WebhookVerifier {
  /** @throws WebhookInvalidError when signature, headers, timestamp or body are not as they must be */
  abstract verify(delivery: WebhookDelivery): Promise<UserEvent>;
}
