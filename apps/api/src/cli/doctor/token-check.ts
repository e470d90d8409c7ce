import { AuthenticationError, Clock, SystemClock } from '@populatte/nestjs-clerk-sync';
import { ClerkService, SigningKeys } from '@populatte/nestjs-clerk-sync/internal';
import { type CryptoKey, decodeJwt } from 'jose';
import type { Environment } from '../../infrastructure/config/env.schema.js';
import { type Finding, ok, problem, warning } from './finding.js';

const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The claims to add in the Clerk dashboard, so that tokens carry the profile. */
const claimsFix =
  'In the Clerk dashboard, Sessions → Customize session token, set {"email": "{{user.primary_email_address}}", "name": "{{user.full_name}}", "imageUrl": "{{user.image_url}}", "updatedAt": "{{user.updated_at}}"}.';

/** Sets the clock to the time of the token, which may have expired on its way to the shell. */
class ClockAt extends Clock {
  private readonly system = new SystemClock();

  constructor(private readonly at: number) {
    super();
  }

  override now(): number {
    return this.at;
  }

  override monotonic(): number {
    return this.system.monotonic();
  }
}

class LoadedKeys extends SigningKeys {
  constructor(private readonly keys: ReadonlyMap<string, CryptoKey>) {
    super();
  }

  override find(kid: string | undefined): Promise<CryptoKey | null> {
    return Promise.resolve(this.keys.get(kid ?? '') ?? null);
  }
}

/**
 * Checks a session token as the API does, except for its age, and checks its claims.
 *
 * @param keys the instance's signing keys
 */
export async function checkToken(
  token: string,
  keys: ReadonlyMap<string, CryptoKey>,
  { clerk }: Environment,
): Promise<readonly Finding[]> {
  const claims = decode(token);
  if (claims === null) {
    return [problem('--token is not a session token.', 'Pass what getToken() returns.')];
  }
  const clock = new ClockAt((claims.iat ?? 0) * 1_000);
  const service = new ClerkService(new LoadedKeys(keys), clock, clerk, silentLog);
  try {
    await service.verify(token);
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    return [problem(...explainRefusal(error, claims))];
  }
  return [ok('The token is accepted.'), checkClaims(claims)];
}

type Claims = Readonly<Record<string, unknown>> & { readonly iat?: number };

function decode(token: string): Claims | null {
  try {
    return decodeJwt(token);
  } catch {
    return null;
  }
}

function explainRefusal(error: AuthenticationError, claims: Claims): [string, string] {
  switch (error.reason) {
    case 'issuer':
      return [
        `The token’s issuer (${quoted(claims['iss'])}) is not the instance of CLERK_PUBLISHABLE_KEY.`,
        'Copy CLERK_PUBLISHABLE_KEY again from the instance of the token; unset CLERK_ISSUER, or set it to the token’s `iss`.',
      ];
    case 'kid':
    case 'signature':
      return [
        'The token is not signed by the instance of CLERK_SECRET_KEY.',
        'Copy both keys again from the instance of the token.',
      ];
    case 'azp_foreign':
      return [
        `The token’s origin (${quoted(claims['azp'])}) is not in CLERK_AUTHORIZED_PARTIES.`,
        'Add it to CLERK_AUTHORIZED_PARTIES, or to WEB_URL while that is unset.',
      ];
    case 'azp_missing':
      return [
        'The token has no `azp`, and CLERK_ACCEPT_TOKENS_WITHOUT_AZP is false.',
        'Set CLERK_ACCEPT_TOKENS_WITHOUT_AZP=true if native apps or the Backend API send such tokens.',
      ];
    default:
      return [
        `The token is refused (${error.reason}): ${error.message}`,
        'Pass what getToken() returns.',
      ];
  }
}

function checkClaims(claims: Claims): Finding {
  const hasAny = (...names: readonly string[]): boolean =>
    names.some((name) => claims[name] === null || typeof claims[name] === 'string');
  const hasName =
    hasAny('name', 'fullName', 'full_name') ||
    (hasAny('firstName', 'first_name') && hasAny('lastName', 'last_name'));
  const missing = [
    ...(hasAny('email') ? [] : ['email']),
    ...(hasName ? [] : ['name']),
    ...(hasAny('imageUrl', 'image_url', 'picture') ? [] : ['imageUrl']),
  ];
  if (missing.length > 0) {
    return problem(
      `The token lacks the claims ${missing.join(', ')}: it carries no profile, so each new user costs a call to Clerk, and changes arrive only by webhook.`,
      claimsFix,
    );
  }
  if (claims['updatedAt'] === undefined && claims['updated_at'] === undefined) {
    return warning(
      'The token lacks the claim updatedAt: its profile has no exact version.',
      claimsFix,
    );
  }
  return ok('The token carries the profile.');
}

/** An address from a token, which anyone may have written. */
function quoted(value: unknown): string {
  return typeof value === 'string' && /^[\w:/.[\]-]{1,200}$/.test(value) ? value : 'unreadable';
}
