import type { Profile } from '../users/profile.js';

/** What the identity provider tells us without being asked. */
export type UserEvent =
  | { readonly type: 'profile'; readonly profile: Profile }
  | { readonly type: 'deletion'; readonly clerkId: string }
  /** Genuine, but about something that is not kept here. */
  | { readonly type: 'other' };

/** A webhook as it arrived: the signature covers these very bytes. */
export interface WebhookDelivery {
  readonly body: Uint8Array;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Tells a webhook that the identity provider sent from everything else, and reads it. */
export abstract class WebhookVerifier {
  /** False if there is no secret to verify with; then no delivery is accepted. */
  abstract readonly isEnabled: boolean;

  /** @throws WebhookInvalidError when signature, headers, timestamp or body are not as they must be */
  abstract verify(delivery: WebhookDelivery): Promise<UserEvent>;
}
