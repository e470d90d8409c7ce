import { StackError } from '../stack/stack-error.js';
import { localClerkPort } from '../services/local-clerk.js';
import { usesRealClerk, withPublishableKey } from './clerk-keys.js';
import type { Environment } from './environment.js';

/** The services to start, and their addresses. */
export interface StackPlan {
  /** The initial variables of every service, without those that services provide to each other. */
  readonly environment: Environment;
  /** The address that API and web app listen on: loopback unless `HOST` says otherwise. */
  readonly host: string;
  /** The name under which this machine reaches them, as part of a URL. */
  readonly hostInUrl: string;
  readonly apiPort: number;
  /** `undefined` with your own Clerk application. */
  readonly clerkLocalPort: number | undefined;
  /** `undefined` with your own database. */
  readonly postgresPort: number | undefined;
  readonly webPort: number;
  /** The web app's origin, for which session tokens are created. */
  readonly webOrigin: string;
}

/**
 * Plans the stack from the environment. `DATABASE_URL` replaces the embedded PostgreSQL, Clerk's keys
 * replace the local Clerk.
 *
 * @throws StackError naming the invalid variable and the fix
 */
export function planStack(given: Environment): StackPlan {
  const webPort = port(given, 'WEB_PORT', portOf(given['WEB_URL']));
  const host = given['HOST'] ?? '127.0.0.1';
  const hostInUrl = reachable(host);
  const environment = withPublishableKey({
    NODE_ENV: 'development',
    HOST: host,
    WEB_URL: `http://${hostInUrl}:${webPort}`,
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
    host,
    hostInUrl,
    apiPort,
    clerkLocalPort,
    postgresPort,
    webPort,
    webOrigin: firstOrigin(environment),
  };
}

function port(environment: Environment, variable: string, preset: number): number {
  const text = environment[variable];
  if (text === undefined) return preset;
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 65_535) return number;
  throw new StackError(
    `${variable} is not a port. Set it to a whole number from 1 to 65535, or unset it for ${preset}.`,
  );
}

/** Browsers treat `localhost` as secure, and pages use it: it stands for 127.0.0.1 and wildcards. */
function reachable(host: string): string {
  if (host === '127.0.0.1' || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** The web app listens on the port in `WEB_URL` if that is on this machine. */
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
