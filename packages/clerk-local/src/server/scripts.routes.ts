import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { resourceNotFound } from '../domain/shared/clerk-api-error.js';

/** Lazy chunks have a version in their name and never change. Entry scripts are revalidated. */
const chunkName = /_\d+\.\d+\.\d+\.js$/;

/**
 * `/npm`: serves the scripts of clerk-js and Clerk's components from the installed packages. The
 * requested version is ignored.
 */
export function scriptsRoutes(): Hono {
  const routes = new Hono();
  routes.get('/@clerk/:script{(clerk-js|ui)@[^/]+}/dist/:file', etag(), async (context) => {
    const { script, file } = context.req.param();
    const bytes = await readScript(script.startsWith('ui@') ? 'ui' : 'clerk-js', file);
    if (!bytes) throw resourceNotFound(`The installed package has no script ${file}.`);
    return context.body(new Uint8Array(bytes), 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': chunkName.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  });
  return routes;
}

const require = createRequire(import.meta.url);

/** The packages whose scripts browsers load. */
type ScriptPackage = 'clerk-js' | 'ui';

/** The folder of each package's browser scripts. */
const folders: Readonly<Record<ScriptPackage, () => string>> = {
  'clerk-js': () => path.dirname(require.resolve('@clerk/clerk-js')),
  ui: () => path.join(path.dirname(require.resolve('@clerk/ui/package.json')), 'dist'),
};

/** A file name, never a path, so that a request cannot leave the folder. */
const fileName = /^[\w-][\w.-]*\.js$/;

/**
 * Reads a script of an installed package.
 *
 * @param name such as `clerk.browser.js`, or a lazy chunk
 * @returns `undefined` if the script does not exist
 */
async function readScript(from: ScriptPackage, name: string): Promise<Buffer | undefined> {
  if (!fileName.test(name)) return undefined;
  try {
    return await readFile(path.join(folders[from](), name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
