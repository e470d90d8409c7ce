/* eslint-disable no-restricted-properties -- `@clerk/testing` reads these variables */
import { redirectClerkApi } from './redirect-clerk-api.js';

/** The properties of an instance that the helpers of `@clerk/testing` need. */
export interface ClerkTestingInstance {
  readonly url: string;
  readonly publishableKey: string;
  readonly secretKey: string;
}

/**
 * Connects the helpers of `@clerk/testing` in this process to an instance: `clerkSetup`,
 * `setupClerkTestingToken`, `clerk.signIn` with every strategy and `clerk.signOut`.
 *
 * Sets the variables that they read, and sends their calls for `https://api.clerk.com` to the
 * instance. The helpers know one instance per process at a time, as in Playwright's workers.
 *
 * @returns a function that restores the variables
 * @example
 * const disconnect = connectClerkTesting(clerk);
 * await clerkSetup({ dotenv: false });
 * await helpers.signIn({ page, emailAddress: 'ada@example.com' });
 * disconnect();
 */
export function connectClerkTesting(clerk: ClerkTestingInstance): () => void {
  const variables: Readonly<Record<string, string | undefined>> = {
    CLERK_API_URL: clerk.url,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_FAPI: hostOf(clerk.publishableKey),
    // A token of another instance would be sent to this one.
    CLERK_TESTING_TOKEN: undefined,
  };
  const before = Object.fromEntries(
    Object.keys(variables).map((name) => [name, process.env[name]] as const),
  );
  const restore = redirectClerkApi(clerk.secretKey, clerk.url);
  setAll(variables);
  return () => {
    restore();
    setAll(before);
  };
}

function setAll(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}

/** A publishable key is the host of the Frontend API in base64, with `$` at its end. */
function hostOf(publishableKey: string): string {
  const encoded = publishableKey.replace(/^pk_(?:test|live)_/, '');
  return Buffer.from(encoded, 'base64').toString('utf8').replace(/\$$/, '');
}
