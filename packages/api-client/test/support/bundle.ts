import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the client for a runtime without modules. Zod and the contracts are part of it.
 *
 * @param target the newest syntax in the bundle
 * @returns a script that sets the global `client`
 */
export async function bundleClient(target = 'es2020'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../../src/index.ts')],
    ...{ bundle: true, write: false, platform: 'neutral', mainFields: ['module', 'main'] },
    ...{ format: 'iife', globalName: 'client', target, logLevel: 'silent' },
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild wrote no bundle.');
  return script.text;
}
