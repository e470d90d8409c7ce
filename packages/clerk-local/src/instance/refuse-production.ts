import { ClerkLocalError } from '../errors/clerk-local-error.js';

export interface RefusalInput {
  readonly production: boolean;
  readonly publishableKey: string | undefined;
  readonly secretKey: string | undefined;
}

/**
 * Stops a start that could put a stand-in for Clerk in front of real people.
 *
 * @throws {ClerkLocalError} `production_refused` or `live_key_refused`
 */
export function refuseProduction({ production, publishableKey, secretKey }: RefusalInput): void {
  if (production) {
    throw new ClerkLocalError(
      'production_refused',
      'clerk-local does not start with NODE_ENV=production: it is a stand-in for development and tests.',
      'Use a Clerk application and its keys in production, or start it with another NODE_ENV.',
    );
  }
  if (publishableKey?.startsWith('pk_live_') === true) throw liveKey('publishable', 'pk_test_');
  if (secretKey?.startsWith('sk_live_') === true) throw liveKey('secret', 'sk_test_');
}

function liveKey(kind: string, prefix: string): ClerkLocalError {
  return new ClerkLocalError(
    'live_key_refused',
    `clerk-local does not take the live ${kind} key of a Clerk application.`,
    `Leave the key out, so that one is generated, or give one that begins with ${prefix}.`,
  );
}
