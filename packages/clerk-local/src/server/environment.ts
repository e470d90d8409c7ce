/* eslint-disable no-restricted-properties -- only this file reads the environment */

/** The environment variables that clerk-local reads. */
export interface Environment {
  /** Whether `NODE_ENV` is `production`. */
  readonly production: boolean;
  /** The live keys of a Clerk application: `clerk-local` does not start while they are set. */
  readonly liveKeys: readonly string[];
  /** `CLERK_API_URL`: the URL of a running instance. */
  readonly apiUrl: string | undefined;
  /** `CLERK_SECRET_KEY`: the secret key of that instance. */
  readonly secretKey: string | undefined;
}

const keyVariables = [
  'CLERK_SECRET_KEY',
  'CLERK_PUBLISHABLE_KEY',
  'NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY',
] as const;

/** Reads the environment. An empty variable counts as unset. */
export function readEnvironment(): Environment {
  return {
    production: process.env['NODE_ENV'] === 'production',
    liveKeys: keyVariables.filter((name) => /^[ps]k_live_/.test(process.env[name] ?? '')),
    apiUrl: nonEmpty(process.env['CLERK_API_URL']),
    secretKey: nonEmpty(process.env['CLERK_SECRET_KEY']),
  };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
