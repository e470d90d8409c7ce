import { StackError } from '../stack/stack-error.js';
import type { Environment } from './environment.js';

/** What a real Clerk application is reached with; Clerk's own names. */
const keys = ['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY', 'CLERK_WEBHOOK_SIGNING_SECRET'] as const;

/** The browser's part of the web app reads the publishable key under this name. */
const publicName = 'NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY';

/** Gives the publishable key, set under either of its names, under both. */
export function withPublishableKey(environment: Environment): Environment {
  const key = environment['CLERK_PUBLISHABLE_KEY'] ?? environment[publicName];
  if (key === undefined) return environment;
  return { CLERK_PUBLISHABLE_KEY: key, [publicName]: key, ...environment };
}

/**
 * Whether a real Clerk application is to be used: all of its keys are set.
 *
 * @throws StackError naming what is missing when only some are
 */
export function usesRealClerk(environment: Environment): boolean {
  const missing = keys.filter((name) => environment[name] === undefined);
  if (missing.length === 0) return true;
  if (missing.length === keys.length) return false;
  const found = keys.filter((name) => !missing.includes(name));
  throw new StackError(
    `${found.join(' and ')} set, but not ${missing.join(' and ')}. ` +
      'Set all three for a Clerk application of your own, or none for the local Clerk.',
  );
}
