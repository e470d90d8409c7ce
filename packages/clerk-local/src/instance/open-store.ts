import type { ResolvedOptions } from '../options.js';
import { readStateFile, writeStateFile } from '../state/state-file.js';
import { Store } from '../state/store.js';
import { importSigningKey, type SigningKey } from '../tokens/signing-key.js';
import { resolveInstanceKeys } from './instance-keys.js';

/** The store of an earlier run, or a new one with new keys. Without a path it is memory only. */
export async function openStore(
  options: ResolvedOptions,
  newKey: () => Promise<SigningKey>,
): Promise<Store> {
  const { statePath } = options;
  const state = statePath === undefined ? undefined : await readStateFile(statePath);
  const store = new Store(
    resolveInstanceKeys(options, state?.keys),
    await (state ? importSigningKey(state.signingKey) : newKey()),
    async (snapshot) => {
      if (statePath !== undefined) await writeStateFile(statePath, snapshot);
    },
  );
  if (state) store.restore(state);
  return store;
}
