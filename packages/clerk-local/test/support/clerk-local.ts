import { afterEach } from 'vitest';
import { generateSigningKey, type SigningKey } from '../../src/domain/state/signing-key.js';
import type { ClerkLocal, ClerkLocalOptions } from '../../src/index.js';
import { startWithKey } from '../../src/server/clerk-local.js';

const started: ClerkLocal[] = [];
let key: Promise<SigningKey> | undefined;

afterEach(async () => {
  await Promise.all(started.splice(0).map((clerk) => clerk.close()));
});

/**
 * Starts an instance that closes after the test. All instances of a test file share a signing key,
 * because generating a key takes about 100 ms.
 */
export async function aClerkLocal(options: ClerkLocalOptions = {}): Promise<ClerkLocal> {
  const clerk = await startWithKey(options, () => (key ??= generateSigningKey()));
  started.push(clerk);
  return clerk;
}
