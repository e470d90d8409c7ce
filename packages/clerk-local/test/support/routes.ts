import { Hono } from 'hono';
import { createInstance, type Instance } from '../../src/instance/instance.js';
import { openStore } from '../../src/instance/open-store.js';
import { resolveOptions } from '../../src/options.js';
import { generateSigningKey } from '../../src/tokens/signing-key.js';

/** Every route of an API, such as `GET /v1/users/:id`; guards and other middleware left out. */
export async function routesOf(api: (instance: Instance) => Hono): Promise<string[]> {
  const options = resolveOptions({});
  const app = new Hono().route(
    '/v1',
    api(createInstance(options, await openStore(options, generateSigningKey))),
  );
  const routes = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`);
  return [...new Set(routes)];
}
