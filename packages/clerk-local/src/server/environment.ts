/* eslint-disable no-restricted-properties -- the one file that reads the environment */

export interface Environment {
  readonly production: boolean;
  /** `CLERK_API_URL`: where a running instance answers. */
  readonly apiUrl: string | undefined;
  /** `CLERK_SECRET_KEY` of that instance. */
  readonly secretKey: string | undefined;
}

/** Reads what this package takes from the environment. An empty value counts as unset. */
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
