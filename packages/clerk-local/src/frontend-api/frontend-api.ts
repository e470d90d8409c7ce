import { Hono } from 'hono';
import { z } from 'zod';
import { parseEmail } from '../domain/users/email-address.js';
import { parseBody } from '../http/request.js';
import type { Services } from '../domain/services/services.js';
import { AccessRules } from '../domain/sessions/access-rules.js';
import type { Waitlist } from '../domain/objects/waitlist.js';
import { ExternalAccounts } from '../domain/users/external-accounts.js';
import { externalAccountsRoutes } from './external-accounts.routes.js';
import { EmailLinks } from './email-links.js';
import { emailLinksRoutes } from './email-links.routes.js';
import { ProviderFlows } from './provider-flows.js';
import { oauthCallbackRoutes, providerPageRoutes } from './provider.routes.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import { passkeysRoutes } from './passkeys.routes.js';
import { phoneNumbersRoutes } from './phone-numbers.routes.js';
import { Reverifications } from './reverifications.js';
import { reverificationsRoutes } from './reverifications.routes.js';
import { RefreshTokens } from '../domain/sessions/refresh-tokens.js';
import { ClientCalls } from './client-calls.js';
import { ClientSessions } from './client-sessions.js';
import { EmailAddresses } from './email-addresses.js';
import { emailAddressesRoutes } from './email-addresses.routes.js';
import { environmentRoutes } from './environment.js';
import { handshakeRoutes } from './handshake.routes.js';
import { meRoutes } from './me.routes.js';
import { mySecurityRoutes } from './my-security.routes.js';
import { mySessionsRoutes } from './my-sessions.routes.js';
import { membershipRequestsRoutes, mySuggestionsRoutes } from './enrollments.routes.js';
import { memberDomainsRoutes } from './organization-domains.routes.js';
import { myOrganizationsRoutes, organizationsRoutes } from './organizations.routes.js';
import { Presenter } from './presenter.js';
import { nativeClients } from './native-clients.js';
import { serviceTokensRoutes, sessionsRoutes } from './sessions.routes.js';
import { siteRoutes } from './site.routes.js';
import { devBrowserRoutes } from './dev-browser.routes.js';
import { satellitesRoutes } from './satellites.routes.js';
import { trustedDevicesRoutes, validateTrustedDeviceRoutes } from './trusted-devices.routes.js';
import { web3WalletsRoutes } from './web3-wallets.routes.js';
import { acceptTicketRoutes, followAgentTaskRoutes } from './tickets.routes.js';
import { signInRoutes } from './sign-in.routes.js';
import { SignIns } from './sign-ins.js';
import { signUpRoutes } from './sign-up.routes.js';
import { SignUps } from './sign-ups.js';

/**
 * Creates the emulated part of Clerk's Frontend API, which browsers call.
 *
 * The development browser token (`__clerk_db_jwt`) is a bearer credential: it alone identifies the
 * browser. The API sets no cookies of its own.
 */
export function frontendApi(options: Services): Hono {
  const { clients, sessions, users, tokens, handshakes, store, now, wallClock, messages } = options;
  const { organizations, organizationInvitations, waitlist, objects } = options;
  const { publishableKey } = store.keys;
  const clientSessions = new ClientSessions({
    clients,
    sessions,
    users,
    multiSession: options.features.has('multi_session'),
    now: wallClock,
  });
  const { features } = options;
  const presenter = new Presenter({ clientSessions, users, organizations, tokens, features, now });
  const calls = new ClientCalls({ clients, clientSessions, presenter });
  const { tickets } = options;
  const organizationsOptions = { ...options, calls };
  const flows = new ProviderFlows(() => store.url ?? 'http://127.0.0.1');
  const links = new EmailLinks(() => store.url ?? 'http://127.0.0.1', messages);
  const externalAccounts = new ExternalAccounts(users);
  const attempts = {
    store,
    clients,
    clientSessions,
    users,
    secondFactors: options.secondFactors,
    passkeys: options.passkeys,
    trustedDevices: options.trustedDevices,
    tickets,
    organizations,
    organizationInvitations,
    waitlist,
    accessRules: new AccessRules(store, objects, features),
    externalAccounts,
    flows,
    links,
    features,
    now,
    messages,
  };
  const ownSessions = sessionsRoutes({
    calls,
    clientSessions,
    sessions,
    organizations,
    tokens,
    organizationRequired: features.has('organization_required'),
  });

  const api = new Hono();
  api.use(nativeClients(clients));
  api.route('/environment', environmentRoutes(options));
  const handshake = {
    publishableKey,
    store,
    clients,
    clientSessions,
    tokens,
    sessions,
    organizations,
    handshakes,
    refreshTokens: options.features.has('refresh_cookie')
      ? new RefreshTokens({ store, sessions, tokens })
      : undefined,
  };
  api.route('/dev_browser', devBrowserRoutes(clients, handshake));
  api.route('/client/handshake', handshakeRoutes(handshake));
  api.route('/client', satellitesRoutes({ ...handshake, domains: options.domains }));
  api.route('/tickets', acceptTicketRoutes(tickets));
  api.route('/agents', followAgentTaskRoutes({ ...handshake, tickets }));
  api.route('/', siteRoutes(options));
  const signIns = new SignIns(attempts);
  const signUps = new SignUps(attempts);
  api.route('/client/sign_ins', signInRoutes(signIns, calls, features));
  api.route('/client/sign_ups', signUpRoutes(signUps, calls, features));
  api.route('/verify', emailLinksRoutes({ clients, links, signIns, signUps }));
  const { secondFactors, applicationName } = options;
  api.route('/oauth_callback', oauthCallbackRoutes({ ...attempts, signIns, signUps }));
  api.route(
    '/simulated_provider',
    providerPageRoutes({ flows, externalAccounts, applicationName }),
  );
  const reverifications = new Reverifications({ ...attempts, sessions });
  const requireRecent = (session: SessionRecord): void => {
    if (features.has('reverification')) reverifications.requireRecent(session);
  };
  api.route('/client/sessions', ownSessions);
  api.route('/client/sessions', reverificationsRoutes({ calls, clientSessions, reverifications }));
  // clerk-js also uses this path. The development browser token identifies the client, not the id.
  api.route('/client/:clientId{client_[0-9A-Za-z]+}/sessions', ownSessions);
  api.route('/client', clientRoutes(calls, clientSessions));
  api.route('/me', meRoutes({ calls, users, sessions, features, requireRecent }));
  api.route('/me', mySecurityRoutes({ calls, users, secondFactors, applicationName, now }));
  api.route(
    '/me/external_accounts',
    externalAccountsRoutes({ calls, users, externalAccounts, flows, features }),
  );
  api.route('/waitlist', joinWaitlistRoutes(waitlist));
  api.route('/me', myOrganizationsRoutes(organizationsOptions));
  api.route('/me/organization_suggestions', mySuggestionsRoutes(organizationsOptions));
  api.route('/organizations', organizationsRoutes(organizationsOptions));
  api.route('/organizations', memberDomainsRoutes(organizationsOptions));
  api.route('/organizations', membershipRequestsRoutes(organizationsOptions));
  api.get('/health', (context) => context.json({ status: 'healthy' }));
  api.route('/me/sessions', mySessionsRoutes(calls, sessions));
  api.route(
    '/me/email_addresses',
    emailAddressesRoutes({
      emails: new EmailAddresses({ users, now, messages }),
      calls,
      requireRecent,
    }),
  );
  api.route(
    '/me/passkeys',
    passkeysRoutes({ calls, passkeys: options.passkeys, features, requireRecent }),
  );
  api.route('/me/phone_numbers', phoneNumbersRoutes({ calls, users, messages, requireRecent }));
  const { wallets, trustedDevices } = options;
  api.route(
    '/me/web3_wallets',
    web3WalletsRoutes({ calls, users, wallets, features, requireRecent }),
  );
  const devices = { calls, trustedDevices, features };
  api.route('/me/trusted_devices', trustedDevicesRoutes(devices));
  api.route('/client/trusted_devices', validateTrustedDeviceRoutes(devices));
  api.route('/me/tokens', serviceTokensRoutes(calls, tokens));
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
    const { email_address } = await parseBody(context, z.object({ email_address: z.string() }));
    const { id } = await waitlist.join(parseEmail(email_address));
    return context.json({ object: 'waitlist_entry', id });
  });
  return routes;
}
