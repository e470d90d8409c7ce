import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Clock } from '../shared/ports.js';
import type { SessionRecord } from '../state/session-records.js';
import type { SigningKey } from '../state/signing-key.js';
import type { Store } from '../state/store.js';
import type { UserDirectory } from '../users/user-directory.js';
import type { ClaimsTemplate } from './claims-template.js';
import type { JwtTemplates } from './jwt-templates.js';
import type { Sessions } from './sessions.js';

export interface SessionTokensOptions {
  readonly store: Store;
  readonly users: UserDirectory;
  readonly sessions: Sessions;
  readonly issuer: string;
  readonly claims: ClaimsTemplate;
  readonly imageUrl: (userId: string) => string;
  readonly lifetimeSeconds: number;
  /** The clock that verifiers compare tokens with. */
  readonly now: Clock;
  /** The clock of the records. */
  readonly recordClock: Clock;
  readonly jwtTemplates: JwtTemplates;
  /** Returns the claims `o` and `fea` of a session's active organization. */
  readonly organizationClaims: (session: SessionRecord) => object;
}

export interface TokenRequest {
  readonly sessionId: string;
  /** The request's `Origin`, which becomes `azp`. */
  readonly origin?: string | undefined;
  /** Overrides the session's active organization; `null` for the personal account. */
  readonly organizationId?: string | null | undefined;
  /** Overrides the instance's token lifetime. */
  readonly lifetimeSeconds?: number | undefined;
}

/** Creates session tokens. */
export class SessionTokens {
  /** The lifetime of new tokens, in seconds. */
  lifetimeSeconds: number;
  /** The custom claims of new tokens. */
  claims: ClaimsTemplate;

  constructor(private readonly options: SessionTokensOptions) {
    this.lifetimeSeconds = options.lifetimeSeconds;
    this.claims = options.claims;
  }

  /** @throws {ClerkApiError} 404 if the session or its user does not exist, 401 if it has ended */
  async create(request: TokenRequest): Promise<string> {
    const { store, users, sessions, issuer, imageUrl, now, recordClock } = this.options;
    const { sessionId, origin, organizationId, lifetimeSeconds } = request;
    const stored = sessions.requireActive(sessionId);
    const session = organizationId === undefined ? stored : { ...stored, organizationId };
    const record = users.get(session.userId);
    return signSessionToken({
      key: store.signingKey,
      issuer,
      session,
      origin,
      claims: this.claims({ record, imageUrl: record.imageUrl ?? imageUrl(record.id) }),
      organizationClaims: this.options.organizationClaims(session),
      lifetimeSeconds: lifetimeSeconds ?? this.lifetimeSeconds,
      now: now(),
      factorAge: factorAge(session, recordClock()),
    });
  }

  /** Returns the claim `fva` of a session, which may have ended. */
  factorAge(sessionId: string, now: number): readonly [number, number] {
    const session = this.options.store.sessions.get(sessionId);
    return session === undefined ? [neverVerified, neverVerified] : factorAge(session, now);
  }

  /**
   * Creates the token of `getToken({ template })`. It has the claims of the template, and none of the
   * session: no `sid`, `sts`, `v`.
   *
   * @throws {ClerkApiError} like `create`, and 404 for an unknown template
   */
  async createFromTemplate(name: string, request: TokenRequest): Promise<string> {
    const { store, users, sessions, issuer, imageUrl, now, jwtTemplates } = this.options;
    const session = sessions.requireActive(request.sessionId);
    const record = users.get(session.userId);
    const template = jwtTemplates.compile(name);
    const { customKey } = template;
    const issuedAt = Math.floor(now() / 1000);
    const claims = template.compiled({ record, imageUrl: record.imageUrl ?? imageUrl(record.id) });
    return new SignJWT({
      ...claims,
      ...(request.origin === undefined ? {} : { azp: request.origin }),
      ...(session.actor === null ? {} : { act: session.actor }),
      exp: issuedAt + (request.lifetimeSeconds ?? template.lifetime),
      iat: issuedAt,
      iss: issuer,
      jti: randomBytes(10).toString('hex'),
      nbf: issuedAt - template.allowed_clock_skew,
      sub: record.id,
    })
      .setProtectedHeader({
        alg: customKey?.algorithm ?? 'RS256',
        cat: templateTokenCategory,
        // The key set has no id of a custom key.
        ...(customKey === undefined ? { kid: store.signingKey.kid } : {}),
        typ: 'JWT',
      })
      .sign(customKey?.key ?? store.signingKey.privateKey);
  }
}

/** The `cat` header of tokens that are created from a template. */
const templateTokenCategory = 'cl_B7d4PD222AAA';

/** The `cat` header of Clerk's session tokens. Machine tokens have other categories. */
const sessionTokenCategory = 'cl_B7d4PD111AAA';
const notBeforeSkewSeconds = 10;
/** The `fva` value for a factor that was never verified. */
const neverVerified = -1;

interface SessionTokenInput {
  readonly key: SigningKey;
  readonly issuer: string;
  readonly session: SessionRecord;
  /** Becomes `azp`. Without an origin the claim is omitted, as Clerk does. */
  readonly origin: string | undefined;
  /** The claims of the template, set at the top level. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly factorAge: readonly [number, number];
  readonly organizationClaims: object;
}

/** Returns the minutes since the first and the second factor were verified. */
function factorAge(
  { createdAt, firstFactorAt, secondFactorAt }: SessionRecord,
  now: number,
): readonly [number, number] {
  return [
    minutesBetween(firstFactorAt ?? createdAt, now),
    secondFactorAt === null ? neverVerified : minutesBetween(secondFactorAt, now),
  ];
}

function minutesBetween(start: number, end: number): number {
  return Math.max(0, Math.floor((end - start) / 60_000));
}

/** Signs a session token with the claims of Clerk's version 2. */
function signSessionToken(input: SessionTokenInput): Promise<string> {
  const { key, issuer, session, origin, claims, lifetimeSeconds, now, factorAge: fva } = input;
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({
    ...claims,
    ...(origin === undefined ? {} : { azp: origin }),
    ...(session.actor === null ? {} : { act: session.actor }),
    ...input.organizationClaims,
    exp: issuedAt + lifetimeSeconds,
    fva,
    iat: issuedAt,
    iss: issuer,
    jti: randomBytes(10).toString('hex'),
    nbf: issuedAt - notBeforeSkewSeconds,
    sid: session.id,
    sts: session.status,
    sub: session.userId,
    v: 2,
  })
    .setProtectedHeader({
      alg: 'RS256',
      cat: sessionTokenCategory,
      kid: key.kid,
      typ: 'JWT',
    })
    .sign(key.privateKey);
}
