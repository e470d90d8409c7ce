import { generateSigningKey } from '../domain/state/signing-key.js';
import { openStore } from './instance.js';
import { urlOf } from './listen.js';
import { resolveOptions } from './options.js';
import { explainUnwritable, readStateFile } from './state-file.js';
import { lockState } from './state-lock.js';
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
 * @throws {ClerkLocalError} `state_unreadable`, `state_unwritable`, or `state_in_use` if the instance
 *   runs at another address
 */
export async function storedInstance(options: StoredInstanceOptions): Promise<WebEnvironmentInput> {
  const { statePath, port, host, isExplicit } = options;
  const address = urlOf(host, port);
  const state = await readStateFile(statePath);
  const known = state?.url ?? undefined;
  if (state && known !== undefined && (!isExplicit || known === address)) {
    return { url: known, ...state.keys };
  }
  const lock = await lockState(statePath);
  try {
    const store = await openStore(resolveOptions({ statePath }), generateSigningKey, lock);
    store.url = address;
    await store.commit();
    return { url: address, ...store.keys };
  } catch (error) {
    throw explainUnwritable(statePath, error);
  } finally {
    await lock.release();
  }
}
