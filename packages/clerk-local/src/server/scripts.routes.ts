import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { resourceNotFound } from '../domain/shared/clerk-api-error.js';

/** Lazy chunks carry their version in their name and never change; entries are asked for again. */
const chunkName = /_\d+\.\d+\.\d+\.js$/;

/**
 * `/npm`: the scripts of clerk-js and of its components, from the packages that are installed,
 * whatever version is asked for.
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
async function readScript(from: ScriptPackage, name: string): Promise<Buffer | undefined> {
  if (!fileName.test(name)) return undefined;
  try {
    return await readFile(path.join(folders[from](), name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
