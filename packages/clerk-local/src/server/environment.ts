/* eslint-disable no-restricted-properties -- only this file reads the environment */

/** The environment variables that clerk-local reads. */
export interface Environment {
  /** Whether `NODE_ENV` is `production`. */
  readonly production: boolean;
  /** `CLERK_API_URL`: the URL of a running instance. */
  readonly apiUrl: string | undefined;
  /** `CLERK_SECRET_KEY`: the secret key of that instance. */
  readonly secretKey: string | undefined;
}

/** Reads the environment. An empty variable counts as unset. */
export function readEnvironment(): Environment {
  return {
    production: process.env['NODE_ENV'] === 'production',
    apiUrl: nonEmpty(process.env['CLERK_API_URL']),
    secretKey: nonEmpty(process.env['CLERK_SECRET_KEY']),
  };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
