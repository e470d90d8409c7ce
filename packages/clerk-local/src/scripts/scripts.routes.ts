import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { resourceNotFound } from '../errors/clerk-api-error.js';
import { readScript } from './script-file.js';

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
