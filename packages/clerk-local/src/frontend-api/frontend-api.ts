import { Hono } from 'hono';
import type { Instance } from '../instance/instance.js';
import { ClientCalls } from './client-calls.js';
import { ClientSessions } from './client-sessions.js';
import { clientRoutes } from './client.routes.js';
import { devBrowserRoutes } from './dev-browser.routes.js';
import { environmentRoutes } from './environment/environment.routes.js';
import { handshakeRoutes } from './handshake/handshake.routes.js';
import { EmailAddresses } from './me/email-addresses.js';
import { emailAddressesRoutes } from './me/email-addresses.routes.js';
import { meRoutes } from './me/me.routes.js';
import { mySessionsRoutes } from './me/my-sessions.routes.js';
import { organizationsRoutes } from './me/organizations.routes.js';
import { Presenter } from './presenter.js';
import { sessionsRoutes } from './sessions/sessions.routes.js';
import { SignIns } from './sign-in/sign-ins.js';
import { signInRoutes } from './sign-in/sign-in.routes.js';
import { SignUps } from './sign-up/sign-ups.js';
import { signUpRoutes } from './sign-up/sign-up.routes.js';

/**
 * Clerk's Frontend API, as far as it is emulated: for browsers. Whoever knows the token of a
 * development browser (`__clerk_db_jwt`) is that browser; there are no cookies of its own.
 */
export function frontendApi(instance: Instance): Hono {
  const { clients, sessions, users, tokens, handshakes, store, now, log } = instance;
  const { publishableKey } = store.keys;
  const clientSessions = new ClientSessions({ clients, sessions, users, now });
  const presenter = new Presenter({ clientSessions, users, tokens, now });
  const calls = new ClientCalls({ clients, clientSessions, presenter });
  const attempts = { clients, clientSessions, users, now, log };
  const ownSessions = sessionsRoutes({ calls, clientSessions, sessions, tokens });

  const api = new Hono();
  api.route('/environment', environmentRoutes(instance.applicationName));
  api.route('/dev_browser', devBrowserRoutes(clients));
  api.route(
    '/client/handshake',
    handshakeRoutes({ publishableKey, clients, clientSessions, tokens, handshakes }),
  );
  api.route('/client/sign_ins', signInRoutes(new SignIns(attempts), calls));
  api.route('/client/sign_ups', signUpRoutes(new SignUps(attempts), calls));
  api.route('/client/sessions', ownSessions);
  // How clerk-js names a client that has an id; which one it is, the development browser says.
  api.route('/client/:clientId{client_[0-9A-Za-z]+}/sessions', ownSessions);
  api.route('/client', clientRoutes(calls, clientSessions));
  api.route('/me', meRoutes({ calls, users, sessions }));
  api.route('/me', organizationsRoutes(calls));
  api.route('/me/sessions', mySessionsRoutes(calls, sessions));
  api.route(
    '/me/email_addresses',
    emailAddressesRoutes(new EmailAddresses({ users, now, log }), calls),
  );
  return api;
}
