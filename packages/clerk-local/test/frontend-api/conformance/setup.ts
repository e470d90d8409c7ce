import type { Feature } from '../../../src/domain/shared/features.js';
import type { ClerkLocal } from '../../../src/index.js';
import type { BrowserClient, Form } from '../support/browser-client.js';

/** A call of the Frontend API. */
export interface FrontendCall {
  readonly browser: BrowserClient;
  /** The path, if the route has parameters. */
  readonly path?: string;
  readonly form?: Form | FormData;
}

export type Arrange = (clerk: ClerkLocal) => Promise<FrontendCall>;

/** A response of an endpoint, to check against Clerk's published document. */
export interface FrontendCase {
  /** The route in the app. */
  readonly route: string;
  /** The path in the published document, if it differs. */
  readonly published?: string;
  readonly status: number;
  /** The features of the instance. */
  readonly enable?: readonly Feature[];
  /** Creates the data that the call needs, and returns the call. */
  readonly arrange: Arrange;
}

/**
 * Replaces the strategy `null` of a verification before a code is sent. clerk-js and Clerk's
 * components depend on it, but the published document does not allow it. Nor does it name
 * `force_organization_selection`, which clerk-js reads.
 */
export function asPublished(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => {
      if (key === 'force_organization_selection') return undefined;
      return key === 'strategy' && value === null ? 'email_code' : value;
    }),
  );
}
