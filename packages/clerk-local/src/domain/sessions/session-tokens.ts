import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Clock } from '../shared/ports.js';
import type { SessionRecord } from '../state/records.js';
import type { SigningKey } from '../state/signing-key.js';
import type { Store } from '../state/store.js';
import type { UserDirectory } from '../users/user-directory.js';
import type { ClaimsTemplate } from './claims-template.js';
import type { Sessions } from './sessions.js';

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

/** The category in the header of Clerk's session tokens; machine tokens have others. */
const SESSION_TOKEN_CATEGORY = 'cl_B7d4PD111AAA';
const NOT_BEFORE_SKEW_SECONDS = 10;
/** No second factor was ever verified. */
const NEVER = -1;

export interface SessionTokenInput {
  readonly key: SigningKey;
  readonly issuer: string;
  readonly session: SessionRecord;
  /** The authorised party; without one the claim is left out, as by Clerk. */
  readonly origin: string | undefined;
  /** The customised claims, at the top level. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Signs a session token of version 2, claim by claim as Clerk does. */
function signSessionToken(input: SessionTokenInput): Promise<string> {
  const { key, issuer, session, origin, claims, lifetimeSeconds, now } = input;
  const issuedAt = Math.floor(now / 1000);
  const minutesSinceSignIn = Math.max(0, Math.floor((now - session.createdAt) / 60_000));
  return new SignJWT({
    ...claims,
    ...(origin === undefined ? {} : { azp: origin }),
    exp: issuedAt + lifetimeSeconds,
    fva: [minutesSinceSignIn, NEVER],
    iat: issuedAt,
    iss: issuer,
    jti: randomBytes(10).toString('hex'),
    nbf: issuedAt - NOT_BEFORE_SKEW_SECONDS,
    sid: session.id,
    sts: session.status,
    sub: session.userId,
    v: 2,
  })
    .setProtectedHeader({
      alg: 'RS256',
      cat: SESSION_TOKEN_CATEGORY,
      kid: key.kid,
      typ: 'JWT',
    })
    .sign(key.privateKey);
}
