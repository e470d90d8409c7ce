import { Hono } from 'hono';
import { environment } from './environment.js';

/** `/v1/environment`. clerk-js patches it to say where it runs, which changes nothing here. */
export function environmentRoutes(applicationName: string): Hono {
  const routes = new Hono();
  routes.on(['GET', 'PATCH'], '/', (context) => context.json(environment(applicationName)));
  return routes;
}
