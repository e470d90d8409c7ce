import type { Clock } from '../clock.js';
import type { Sessions } from '../sessions/sessions.js';
import type { Store } from '../state/store.js';
import type { UserDirectory } from '../users/user-directory.js';
import type { ClaimsTemplate } from './claims-template.js';
import { signSessionToken } from './session-token.js';

export interface SessionTokensOptions {
  readonly store: Store;
  readonly users: UserDirectory;
  readonly sessions: Sessions;
  readonly issuer: string;
  readonly claims: ClaimsTemplate;
  readonly imageUrl: (userId: string) => string;
  readonly lifetimeSeconds: number;
  readonly now: Clock;
}

export interface TokenRequest {
  readonly sessionId: string;
  /** The request's `Origin`: becomes `azp`. */
  readonly origin?: string | undefined;
  /** Instead of the instance's token lifetime. */
  readonly lifetimeSeconds?: number | undefined;
}

/** Makes the tokens of sessions. */
export class SessionTokens {
  /** Of tokens made from now on. */
  lifetimeSeconds: number;

  constructor(private readonly options: SessionTokensOptions) {
    this.lifetimeSeconds = options.lifetimeSeconds;
  }

  /** @throws {ClerkApiError} where the session is unknown or has ended, or its user is gone */
  async create({ sessionId, origin, lifetimeSeconds }: TokenRequest): Promise<string> {
    const { store, users, sessions, issuer, claims, imageUrl, now } = this.options;
    const session = sessions.requireActive(sessionId);
    const record = users.get(session.userId);
    return signSessionToken({
      key: store.signingKey,
      issuer,
      session,
      origin,
      claims: claims({ record, imageUrl: imageUrl(record.id) }),
      lifetimeSeconds: lifetimeSeconds ?? this.lifetimeSeconds,
      now: now(),
    });
  }
}
