import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** The packages whose scripts browsers load. */
export type ScriptPackage = 'clerk-js' | 'ui';

/** Where the installed package has its browser scripts. */
const folders: Readonly<Record<ScriptPackage, () => string>> = {
  'clerk-js': () => path.dirname(require.resolve('@clerk/clerk-js')),
  ui: () => path.join(path.dirname(require.resolve('@clerk/ui/package.json')), 'dist'),
};

/** A name and never a path, so that nothing outside the folder can be named. */
const fileName = /^[\w-][\w.-]*\.js$/;

/**
 * A script of an installed package.
 *
 * @param name such as `clerk.browser.js`, or one of its lazy chunks
 * @returns its bytes, or `undefined` where there is no such script
 */
export async function readScript(from: ScriptPackage, name: string): Promise<Buffer | undefined> {
  if (!fileName.test(name)) return undefined;
  try {
    return await readFile(path.join(folders[from](), name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
