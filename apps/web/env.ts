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

/** The build's folder, default `.next`: builds for several purposes can exist side by side. */
export function readDistDir(): string {
  const folder = process.env.WEB_DIST_DIR ?? '';
  return folder === '' ? '.next' : folder;
}
