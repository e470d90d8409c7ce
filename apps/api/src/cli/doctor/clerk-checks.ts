import { exportJWK, importJWK, importSPKI, type CryptoKey } from 'jose';
import { z } from 'zod';
import {
  frontendApiOf,
  getFromClerk,
  keyModeOf,
  readJson,
} from '@populatte/nestjs-clerk-sync/internal';
import type { Environment } from '../../infrastructure/config/env.schema.js';
import { type Finding, ok, problem, warning } from './finding.js';

/** Milliseconds for one request. */
const timeoutMs = 10_000;

/** Tolerated difference to Clerk's clock, in milliseconds: tokens are checked with 5 s of leeway. */
const clockTolerance = 5_000;

const keySet = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.string(), n: z.string().exactOptional() })),
});
type KeySet = z.output<typeof keySet>['keys'];

const instance = z.object({ id: z.string(), environment_type: z.string() });
const domains = z.object({ data: z.array(z.object({ frontend_api_url: z.string() })).min(1) });

/** Clerk's responses about its keys, for the checks that need them. */
export interface ClerkState {
  readonly findings: readonly Finding[];
  /** The instance's signing keys by `kid`; null if they could not be loaded. */
  readonly keys: ReadonlyMap<string, CryptoKey> | null;
}

/** Checks the keys against Clerk, and this machine's clock against Clerk's. */
export async function checkClerk({ clerk }: Environment): Promise<ClerkState> {
  const { publishableKey } = clerk;
  const ask = (path: string): Promise<Response> =>
    getFromClerk({ ...clerk, fetch }, path, AbortSignal.timeout(timeoutMs));
  const askedAt = Date.now();
  let response: Response;
  try {
    response = await ask('/v1/jwks');
  } catch {
    return unusable('Clerk’s Backend API cannot be reached.', reachFix);
  }
  const answeredAt = Date.now();
  if (response.status === 401 || response.status === 403) {
    return unusable(
      'Clerk rejects CLERK_SECRET_KEY.',
      'Copy the secret key again from the Clerk dashboard, “API keys”.',
    );
  }
  const parsed = keySet.safeParse(await bodyOf(response));
  if (!parsed.success) {
    return unusable(
      `CLERK_API_URL does not respond like Clerk’s Backend API (status ${response.status}).`,
      reachFix,
    );
  }
  const { keys } = parsed.data;
  return {
    keys: await importKeys(keys),
    findings: [
      ok('Clerk accepts CLERK_SECRET_KEY.'),
      await checkPublishableKey(publishableKey, keys, ask),
      ...(await checkEnvironmentType(publishableKey, ask)),
      ...(await checkJwtKey(clerk.jwtKey, keys)),
      checkClock(response.headers.get('date'), askedAt, answeredAt),
    ],
  };
}

const reachFix =
  'Check the network, and unset CLERK_API_URL unless Clerk’s Backend API is at another address.';

function unusable(text: string, fix: string): ClerkState {
  return { keys: null, findings: [problem(text, fix)] };
}

async function bodyOf(response: Response): Promise<unknown> {
  // The caller's schema refuses null, and the finding names the status.
  return readJson(response, AbortSignal.timeout(timeoutMs)).catch(() => null);
}

async function importKeys(keys: KeySet): Promise<ReadonlyMap<string, CryptoKey>> {
  const imported = new Map<string, CryptoKey>();
  for (const jwk of keys) {
    // An unusable key does not affect the others: a token signed with it is reported as signed by
    // an unknown key.
    const key = await importJWK(jwk, 'RS256').catch(() => null);
    if (key !== null && !(key instanceof Uint8Array)) imported.set(jwk.kid, key);
  }
  return imported;
}

const otherInstance = problem(
  'CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY belong to different Clerk instances.',
  'Copy both keys from the same page of the Clerk dashboard, “API keys”.',
);

/**
 * Identifies the instance by both keys: by the domains of the secret key, and by the host of the
 * publishable key.
 */
async function checkPublishableKey(
  publishableKey: string,
  keys: KeySet,
  ask: (path: string) => Promise<Response>,
): Promise<Finding> {
  const host = frontendApiOf(publishableKey) ?? '';
  const same = ok('Both keys belong to the same Clerk instance.');
  const published = await frontendKeys(host);
  if (published !== null) {
    return published.some((kid) => keys.some((key) => key.kid === kid)) ? same : otherInstance;
  }
  const listed = domains.safeParse(await ask('/v1/domains').then(bodyOf, () => null));
  if (listed.success) {
    const isListed = listed.data.data.some(
      ({ frontend_api_url: url }) => URL.canParse(url) && new URL(url).host === host,
    );
    return isListed ? same : otherInstance;
  }
  return warning(
    'Cannot check whether both keys belong to the same Clerk instance: the Frontend API of CLERK_PUBLISHABLE_KEY is not responding.',
    'Check that CLERK_PUBLISHABLE_KEY is complete and that its domain is set up in the Clerk dashboard, “Domains”.',
  );
}

/** @returns the `kid`s that the Frontend API publishes, or null if it does not respond */
async function frontendKeys(host: string): Promise<readonly string[] | null> {
  // A local Clerk has no certificate.
  const isLocal = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(host);
  try {
    const response = await fetch(`${isLocal ? 'http' : 'https'}://${host}/.well-known/jwks.json`, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    return keySet.safeParse(await bodyOf(response)).data?.keys.map(({ kid }) => kid) ?? null;
  } catch {
    return null;
  }
}

async function checkEnvironmentType(
  publishableKey: string,
  ask: (path: string) => Promise<Response>,
): Promise<readonly Finding[]> {
  const found = instance.safeParse(await ask('/v1/instance').then(bodyOf, () => null));
  if (!found.success) return [];
  const isProduction = found.data.environment_type === 'production';
  return isProduction === (keyModeOf(publishableKey) === 'live') ? [] : [otherInstance];
}

async function checkJwtKey(pem: string | undefined, keys: KeySet): Promise<readonly Finding[]> {
  if (pem === undefined) return [];
  const { n } = await exportJWK(await importSPKI(pem, 'RS256', { extractable: true }));
  return [
    keys.some((key) => key.n === n)
      ? ok('CLERK_JWT_KEY is a signing key of the instance.')
      : problem(
          'CLERK_JWT_KEY is not a signing key of the instance, so every token is refused.',
          'Copy the JWKS public key (PEM) again from the Clerk dashboard, “API keys”, or unset the variable.',
        ),
  ];
}

/** The `Date` header has whole seconds, so the difference is known to about a second. */
function checkClock(header: string | null, askedAt: number, answeredAt: number): Finding {
  const date = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(date)) {
    return warning(
      'Clerk’s response has no Date header, so the clock is not checked.',
      'Check NTP.',
    );
  }
  const behind = date - answeredAt;
  const ahead = askedAt - (date + 1_000);
  const off = Math.max(behind, ahead, 0);
  if (off <= clockTolerance) return ok('The clock agrees with Clerk’s.');
  const seconds = Math.round(off / 1_000);
  return problem(
    `This machine’s clock is ${seconds} s ${behind > 0 ? 'behind' : 'ahead of'} Clerk’s, so valid tokens are refused.`,
    'Synchronise the clock (NTP).',
  );
}
