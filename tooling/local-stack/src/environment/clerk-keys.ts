import { StackError } from '../stack/stack-error.js';
import type { Environment } from './environment.js';

/** The keys that the API and the web app need to reach a real Clerk application. */
const keys = ['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY'] as const;

/** Optional with test keys; the API requires it with live ones. */
const webhookSecret = 'CLERK_WEBHOOK_SIGNING_SECRET';

/** The browser's part of the web app reads the publishable key under this name. */
const publicName = 'NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY';

/** Copies the publishable key, set under either of its names, to both. */
export function withPublishableKey(environment: Environment): Environment {
  const key = environment['CLERK_PUBLISHABLE_KEY'] ?? environment[publicName];
  if (key === undefined) return environment;
  return { CLERK_PUBLISHABLE_KEY: key, [publicName]: key, ...environment };
}

/**
 * Whether to use a real Clerk application: both of its keys are set.
 *
 * @throws StackError naming the missing keys if only one is set, or the webhook secret alone: the
 *   local Clerk signs with its own secret
 */
export function usesRealClerk(environment: Environment): boolean {
  const missing = keys.filter((name) => environment[name] === undefined);
  if (missing.length === 0) return true;
  const found = [...keys, webhookSecret].filter((name) => environment[name] !== undefined);
  if (found.length === 0) return false;
  throw new StackError(
    `${found.join(' and ')} set, but not ${missing.join(' and ')}. ` +
      'Set both keys to use your own Clerk application, or none of these to use the local Clerk.',
  );
}
