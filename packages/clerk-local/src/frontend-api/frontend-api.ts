import { Hono } from 'hono';
import { z } from 'zod';
import { parseParameters } from '../domain/shared/parameters.js';
import { parseEmail } from '../domain/users/email-address.js';
import { readBody } from '../http/request.js';
import type { Clients } from '../domain/sessions/clients.js';
import type { Messages } from '../domain/messages/messages.js';
import type { Objects } from '../domain/objects/objects.js';
import type { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import type { OrganizationDomains } from '../domain/organizations/organization-domains.js';
import type { Roles } from '../domain/organizations/roles.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import { AccessRules } from '../domain/sessions/access-rules.js';
import type { Tickets } from '../domain/objects/tickets.js';
import type { Waitlist } from '../domain/objects/waitlist.js';
import type { Handshakes } from '../domain/sessions/handshakes.js';
import type { SessionTokens } from '../domain/sessions/session-tokens.js';
import type { Sessions } from '../domain/sessions/sessions.js';
import type { Clock } from '../domain/shared/ports.js';
import type { Store } from '../domain/state/store.js';
import type { SecondFactors } from '../domain/users/second-factors.js';
import type { Users } from '../domain/users/users.js';
import { ClientCalls } from './client-calls.js';
import { ClientSessions } from './client-sessions.js';
import { EmailAddresses } from './email-addresses.js';
import { emailAddressesRoutes } from './email-addresses.routes.js';
import { environmentRoutes } from './environment.js';
import { handshakeRoutes } from './handshake.routes.js';
import { meRoutes } from './me.routes.js';
import { mySecurityRoutes } from './my-security.routes.js';
import { mySessionsRoutes } from './my-sessions.routes.js';
import { myOrganizationsRoutes, organizationsRoutes } from './organizations.routes.js';
import { Presenter } from './presenter.js';
import { sessionsRoutes } from './sessions.routes.js';
import { signInRoutes } from './sign-in.routes.js';
import { SignIns } from './sign-ins.js';
import { signUpRoutes } from './sign-up.routes.js';
import { SignUps } from './sign-ups.js';

/** The parts of an instance that the Frontend API uses. */
export interface FrontendApiOptions {
  readonly applicationName: string;
  readonly store: Store;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: SessionTokens;
  readonly clients: Clients;
  readonly handshakes: Handshakes;
  readonly tickets: Tickets;
  readonly objects: Objects;
  readonly waitlist: Waitlist;
  readonly organizations: Organizations;
  readonly secondFactors: SecondFactors;
  readonly organizationDomains: OrganizationDomains;
  readonly roles: Roles;
  readonly organizationInvitations: OrganizationInvitations;
  readonly now: Clock;
  /** The clock that the browser's cookies are compared with. */
  readonly wallClock: Clock;
  readonly messages: Messages;
}

/**
 * Creates the emulated part of Clerk's Frontend API, which browsers call.
 *
 * The development browser token (`__clerk_db_jwt`) is a bearer credential: it alone identifies the
 * browser. The API sets no cookies of its own.
 */
export function frontendApi(options: FrontendApiOptions): Hono {
  const { clients, sessions, users, tokens, handshakes, store, now, wallClock, messages } = options;
  const { organizations, organizationInvitations, waitlist, objects } = options;
  const { publishableKey } = store.keys;
  const clientSessions = new ClientSessions({ clients, sessions, users, now: wallClock });
  const presenter = new Presenter({ clientSessions, users, organizations, tokens, now });
  const calls = new ClientCalls({ clients, clientSessions, presenter });
  const { tickets } = options;
  const organizationsOptions = { ...options, calls };
  const attempts = {
    store,
    clients,
    clientSessions,
    users,
    secondFactors: options.secondFactors,
    tickets,
    organizationInvitations,
    waitlist,
    accessRules: new AccessRules(store, objects),
    now,
    messages,
  };
  const ownSessions = sessionsRoutes({ calls, clientSessions, sessions, organizations, tokens });

  const api = new Hono();
  api.route('/environment', environmentRoutes(options.applicationName, store));
  api.route('/dev_browser', devBrowserRoutes(clients));
  api.route(
    '/client/handshake',
    handshakeRoutes({ publishableKey, clients, clientSessions, tokens, handshakes }),
  );
  api.route('/client/sign_ins', signInRoutes(new SignIns(attempts), calls));
  api.route('/client/sign_ups', signUpRoutes(new SignUps(attempts), calls));
  api.route('/client/sessions', ownSessions);
  // clerk-js also uses this path. The development browser token identifies the client, not the id.
  api.route('/client/:clientId{client_[0-9A-Za-z]+}/sessions', ownSessions);
  api.route('/client', clientRoutes(calls, clientSessions));
  const { secondFactors, applicationName } = options;
  api.route('/me', meRoutes({ calls, users, sessions }));
  api.route('/me', mySecurityRoutes({ calls, users, secondFactors, applicationName, now }));
  api.route('/waitlist', joinWaitlistRoutes(waitlist));
  api.route('/me', myOrganizationsRoutes(organizationsOptions));
  api.route('/organizations', organizationsRoutes(organizationsOptions));
  api.route('/me/sessions', mySessionsRoutes(calls, sessions));
  api.route(
    '/me/email_addresses',
    emailAddressesRoutes(new EmailAddresses({ users, now, messages }), calls),
  );
  return api;
}

/** `/v1/client`: the calling browser. */
function clientRoutes(calls: ClientCalls, clientSessions: ClientSessions): Hono {
  const routes = new Hono();
  routes.get('/', (context) => calls.answerClient(context));
  // `POST /v1/dev_browser` has already created the client.
  routes.on(['POST', 'PUT'], '/', (context) => calls.answerClient(context));
  routes.delete('/', async (context) => {
    await clientSessions.removeAll(calls.client(context));
    return calls.answerClient(context);
  });
  return routes;
}

/** `POST /v1/waitlist`: a visitor waits to be invited. */
function joinWaitlistRoutes(waitlist: Waitlist): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { email_address } = parseParameters(
      z.object({ email_address: z.string() }),
      await readBody(context),
    );
    const { id } = await waitlist.join(parseEmail(email_address));
    return context.json({ object: 'waitlist_entry', id });
  });
  return routes;
}

/** `POST /v1/dev_browser`: registers a new browser. */
function devBrowserRoutes(clients: Clients): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { devBrowser } = await clients.create();
    return context.json({ object: 'dev_browser', id: devBrowser });
  });
  return routes;
}
