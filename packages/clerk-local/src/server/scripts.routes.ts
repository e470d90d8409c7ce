import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { resourceNotFound } from '../domain/shared/clerk-api-error.js';

/** Lazy chunks have a version in their name and never change. Entry scripts are revalidated. */
const chunkName = /_\d+\.\d+\.\d+\.js$/;

/**
 * `/npm`: serves the scripts of clerk-js and Clerk's components from the copy that the build
 * makes (`build/copy-browser-scripts.js`). The requested version is ignored.
 */
export function scriptsRoutes(): Hono {
  const routes = new Hono();
  routes.get('/@clerk/:script{(clerk-js|ui)@[^/]+}/dist/:file', etag(), async (context) => {
    const { script, file } = context.req.param();
    const bytes = await readScript(script.startsWith('ui@') ? 'ui' : 'clerk-js', file);
    if (!bytes) throw resourceNotFound(`The package has no script ${file}.`);
    return context.body(new Uint8Array(bytes), 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': chunkName.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  });
  return routes;
}

/** The packages whose scripts browsers load. */
type ScriptPackage = 'clerk-js' | 'ui';

/** The build's copy of the scripts, in the package of this module. */
const scriptsFolder = path.join(packageFolder(), 'dist/browser');

/** This module's depth in the package differs between the sources and the bundle. */
function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

/** A file name, never a path, so that a request cannot leave the folder. */
const fileName = /^[\w-][\w.-]*\.js$/;

/**
 * Reads a script of a package.
 *
 * @param name such as `clerk.browser.js`, or a lazy chunk
 * @returns `undefined` if the script does not exist
 */
async function readScript(from: ScriptPackage, name: string): Promise<Buffer | undefined> {
  if (!fileName.test(name)) return undefined;
  try {
    return await readFile(path.join(scriptsFolder, from, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
