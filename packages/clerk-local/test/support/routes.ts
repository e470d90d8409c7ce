import { Hono } from 'hono';
import { generateSigningKey } from '../../src/domain/state/signing-key.js';
import { isParameter, segmentsOf } from '../../src/http/operations.js';
import { createInstance, type Instance, openStore } from '../../src/server/instance.js';
import { resolveOptions } from '../../src/server/options.js';

/** Lists the routes of an API, such as `GET /v1/users/:id`, without middleware. */
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

/** `GET /v1/users/{user_id}` and `GET /v1/users/:id` have the same shape. */
export function shapeOf(route: string): string {
  const [method = '', template = ''] = route.split(' ');
  const segments = segmentsOf(template).map((each) => (isParameter(each) ? '{}' : each));
  return [method, ...segments].join('/');
}
