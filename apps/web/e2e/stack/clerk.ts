import { buildPublishableKey } from '@clerk/shared/keys';
import { startClerkLocal, webEnvironment, type ClerkLocal } from '@populatte/clerk-local';
import { addresses, portOf } from './addresses';

/** The same in every run, so that the next run can reuse the build. */
const publishableKey = buildPublishableKey('populatte-browser-1.clerk.accounts.dev');

/** The local Clerk, with an adjustable clock. */
export interface TestClerk {
  readonly clerk: ClerkLocal;
  /** Sets its clock ahead of the other clocks (in seconds; negative: behind). */
  setClockOffset(seconds: number): void;
}

/**
 * Starts a Clerk without users. It drops webhooks until a test wants them, so rows come from requests
 * alone.
 */
export async function startTestClerk(): Promise<TestClerk> {
  let offsetMs = 0;
  const clerk = await startClerkLocal({
    // Has the same host name as the pages, because browsers distinguish `localhost` from
    // `127.0.0.1`.
    host: 'localhost',
    port: portOf(addresses.clerk),
    publishableKey,
    applicationName: 'Populatte',
    webhookUrl: `${addresses.api}/webhooks/clerk`,
    now: () => Date.now() + offsetMs,
  });
  clerk.webhooks.setMode({ drop: true });
  return {
    clerk,
    setClockOffset: (seconds) => {
      offsetMs = seconds * 1000;
    },
  };
}

/** The variables of everything that uses it. */
export function clerkVariables(clerk: ClerkLocal): Record<string, string> {
  return {
    ...webEnvironment(clerk),
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSigningSecret,
  };
}
