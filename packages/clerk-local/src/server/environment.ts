/* eslint-disable no-restricted-properties -- only this file reads the environment */

/** The environment variables that clerk-local reads. */
export interface Environment {
  /** Whether `NODE_ENV` is `production`, in any case. */
  readonly production: boolean;
  /** The variables with live keys of a Clerk application: `clerk-local` does not start while there are any. */
  readonly liveKeys: readonly string[];
  /** `CLERK_API_URL`: the URL of a running instance. */
  readonly apiUrl: string | undefined;
  /** `CLERK_SECRET_KEY`: the secret key of that instance. */
  readonly secretKey: string | undefined;
}

/** Each framework has its own prefix, such as `VITE_CLERK_PUBLISHABLE_KEY`. */
const keyVariable = /CLERK/i;
/** A `.env` file that is passed on unparsed leaves quotes around a value. */
const liveKey = /^\s*["'`]?[ps]k_live_/;

/** Reads the environment. An empty variable counts as unset. */
export function readEnvironment(): Environment {
  return {
    production: process.env['NODE_ENV']?.trim().toLowerCase() === 'production',
    liveKeys: Object.entries(process.env).flatMap(([name, value = '']) =>
      keyVariable.test(name) && liveKey.test(value) ? [name] : [],
    ),
    apiUrl: nonEmpty(process.env['CLERK_API_URL']),
    secretKey: nonEmpty(process.env['CLERK_SECRET_KEY']),
  };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
