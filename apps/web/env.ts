/* eslint-disable no-restricted-properties -- the one file that reads the environment */
import { parsePublicEnv, type PublicEnv } from './lib/env/public-env';
import { parseServerEnv, type ServerEnv } from './lib/env/server-env';

/**
 * The variables for browser and server. Each is written out, because Next inlines only
 * literal names.
 *
 * @throws EnvironmentError
 */
export function readPublicEnv(): PublicEnv {
  return parsePublicEnv({
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: process.env.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY,
    NEXT_PUBLIC_CLERK_PROXY_URL: process.env.NEXT_PUBLIC_CLERK_PROXY_URL,
    NEXT_PUBLIC_API_URL: process.env.NEXT_PUBLIC_API_URL,
  });
}

/**
 * The variables for the server. `API_URL` is where the server reaches the API, for instance inside
 * a container network.
 *
 * @returns the same object each time: the environment of a process does not change
 * @throws EnvironmentError
 */
export function readServerEnv(): ServerEnv & { readonly API_URL: string } {
  if (serverEnv !== undefined) return serverEnv;
  const env = parseServerEnv({
    CLERK_SECRET_KEY: process.env.CLERK_SECRET_KEY,
    CLERK_ACCEPT_TOKENS_WITHOUT_AZP: process.env.CLERK_ACCEPT_TOKENS_WITHOUT_AZP,
    API_URL: process.env.API_URL,
    WEB_URL: process.env.WEB_URL,
  });
  serverEnv = { ...env, API_URL: env.API_URL ?? readPublicEnv().NEXT_PUBLIC_API_URL };
  return serverEnv;
}

let serverEnv: (ServerEnv & { readonly API_URL: string }) | undefined;

/** The build folder, `.next` by default. The browser tests and `npm start` keep separate builds. */
export function readDistDir(): string {
  const folder = process.env.WEB_DIST_DIR ?? '';
  return folder === '' ? '.next' : folder;
}

/** Whether a build writes source maps for browsers. They contain the app's sources. */
export function readSourceMaps(): boolean {
  return process.env.WEB_SOURCE_MAPS === 'true';
}

/** Whether a build also writes `standalone`: a server with only the modules that it needs, for an image. */
export function readStandalone(): boolean {
  return process.env.WEB_STANDALONE === 'true';
}

/** Whether `next dev` serves the app. A build inlines false. */
export const isDevelopment = process.env.NODE_ENV === 'development';
