import { Hono } from 'hono';
import type { Instance } from '../instance/instance.js';
import { authenticate } from './authenticate.js';
import { clientsRoutes } from './clients.routes.js';
import { sessionsRoutes } from './sessions.routes.js';
import { usersRoutes } from './users.routes.js';

/**
 * Clerk's Backend API, as far as it is emulated: for servers, with the secret key.
 *
 * The guard is set per resource and not for all of `/v1`, which the Frontend API shares.
 */
export function backendApi({ store, users, sessions, tokens, handshakes }: Instance): Hono {
  const api = new Hono();
  for (const resource of ['/jwks', '/users', '/sessions', '/clients']) {
    api.use(`${resource}/*`, authenticate(store.keys.secretKey));
  }
  api.get('/jwks', (context) => context.json({ keys: [store.signingKey.jwk] }));
  api.route('/users', usersRoutes(users));
  api.route('/sessions', sessionsRoutes(sessions, tokens));
  api.route('/clients', clientsRoutes(handshakes));
  return api;
}
