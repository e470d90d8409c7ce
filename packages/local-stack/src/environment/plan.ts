import { z } from 'zod';
import { StackError } from '../stack/stack-error.js';
import { localClerkPort } from '../services/local-clerk.js';
import { usesRealClerk, withPublishableKey } from './clerk-keys.js';
import type { Environment } from './environment.js';

/** What is to be started, and where. */
export interface StackPlan {
  /** What every service is given, before what the services give each other. */
  readonly environment: Environment;
  /** The address that the API listens on, and its port. */
  readonly apiHost: string;
  readonly apiPort: number;
  /** `undefined` with a Clerk application of one's own. */
  readonly clerkLocalPort: number | undefined;
  /** `undefined` with a database of one's own. */
  readonly postgresPort: number | undefined;
  readonly webPort: number;
  /** The web app's origin, for which session tokens are made. */
  readonly webOrigin: string;
}

/**
 * Decides from the environment what is started: `DATABASE_URL` and Clerk's keys each take the place
 * of what would be embedded for them.
 *
 * @throws StackError naming the variable that is wrong and its mend
 */
export function planStack(given: Environment): StackPlan {
  const webPort = port(given, 'WEB_PORT', portOf(given['WEB_URL']));
  const environment = withPublishableKey({
    NODE_ENV: 'development',
    WEB_URL: `http://localhost:${webPort}`,
    ...given,
  });
  const apiPort = port(environment, 'PORT', 3001);
  const clerkLocalPort = usesRealClerk(environment)
    ? undefined
    : port(environment, 'CLERK_LOCAL_PORT', localClerkPort);
  const postgresPort =
    environment['DATABASE_URL'] === undefined
      ? port(environment, 'LOCAL_POSTGRES_PORT', 54320)
      : undefined;
  return {
    environment,
    apiHost: environment['HOST'] ?? '0.0.0.0',
    apiPort,
    clerkLocalPort,
    postgresPort,
    webPort,
    webOrigin: firstOrigin(environment),
  };
}

function port(environment: Environment, variable: string, preset: number): number {
  const parsed = z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .safeParse(environment[variable] ?? preset);
  if (parsed.success) return parsed.data;
  throw new StackError(
    `${variable} is not a port. Set it to a whole number from 1 to 65535, or unset it for ${preset}.`,
  );
}

/** The web app listens where it is to be found, if that is this machine. */
function portOf(webUrl = ''): number {
  const first = webUrl.split(',')[0]?.trim() ?? '';
  const url = URL.canParse(first) ? new URL(first) : undefined;
  return url?.hostname === 'localhost' && url.port !== '' ? Number(url.port) : 3000;
}

function firstOrigin(environment: Environment): string {
  const origins = environment['CLERK_AUTHORIZED_PARTIES'] ?? environment['WEB_URL'] ?? '';
  const first = origins.split(',')[0]?.trim() ?? '';
  return URL.canParse(first) ? new URL(first).origin : 'http://localhost:3000';
}
