import { generateSigningKey } from '../domain/state/signing-key.js';
import { openStore } from './instance.js';
import { urlOf } from './listen.js';
import { resolveOptions } from './options.js';
import type { WebEnvironmentInput } from './web-environment.js';

/** The address under which an instance will be started. */
export interface StoredInstanceOptions {
  readonly statePath: string;
  readonly port: number;
  readonly host: string;
  /** Whether the options name the address. If not, the address of the last start takes precedence. */
  readonly isExplicit: boolean;
}

/**
 * Reads the URL and keys of an instance that need not be running. Creates the state file with new
 * keys if it does not exist, so that the next start uses them.
 *
 * @throws {ClerkLocalError} `state_unreadable`
 */
export async function storedInstance(options: StoredInstanceOptions): Promise<WebEnvironmentInput> {
  const { statePath, port, host, isExplicit } = options;
  const store = await openStore(resolveOptions({ statePath }), generateSigningKey);
  const url = isExplicit ? urlOf(host, port) : (store.url ?? urlOf(host, port));
  store.url = url;
  await store.commit();
  return { url, ...store.keys };
}
