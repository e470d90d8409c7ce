/* eslint-disable no-restricted-properties -- the one file that reads the environment */
import { parsePublicEnv, type PublicEnv } from './lib/env/public-env';
import { parseServerEnv, type ServerEnv } from './lib/env/server-env';

/**
 * For browser and server. Written out one by one: that is what Next inlines.
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
 * For the server. `API_URL` is where it reaches the API, in a container network for instance.
 *
 * @throws EnvironmentError
 */
export function readServerEnv(): ServerEnv & { readonly API_URL: string } {
  const env = parseServerEnv({
    CLERK_SECRET_KEY: process.env.CLERK_SECRET_KEY,
    API_URL: process.env.API_URL,
  });
  return { ...env, API_URL: env.API_URL ?? readPublicEnv().NEXT_PUBLIC_API_URL };
}

/** The folder of the build: builds for several purposes live side by side. Default: `.next`. */
export function readDistDir(): string {
  const folder = process.env.WEB_DIST_DIR ?? '';
  return folder === '' ? '.next' : folder;
}
