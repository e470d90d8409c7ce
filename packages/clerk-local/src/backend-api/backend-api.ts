import { randomBytes } from 'node:crypto';
import { Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Organizations } from '../domain/organizations/organizations.js';
import type { Objects } from '../domain/objects/objects.js';
import type { Tickets } from '../domain/objects/tickets.js';
import type { Handshakes } from '../domain/sessions/handshakes.js';
import type { JwtTemplates } from '../domain/sessions/jwt-templates.js';
import type { SessionTokens } from '../domain/sessions/session-tokens.js';
import type { Sessions } from '../domain/sessions/sessions.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { parseParameters } from '../domain/shared/parameters.js';
import type { Clock } from '../domain/shared/ports.js';
import type { Store } from '../domain/state/store.js';
import { Identifications } from '../domain/users/identifications.js';
import type { Users } from '../domain/users/users.js';
import { countedPageOf, readQuery } from '../http/request.js';
import { backendEmailAddressRoutes, backendPhoneNumberRoutes } from './identifications.routes.js';
import { organizationsRoutes } from './organizations.routes.js';
import { sessionsRoutes } from './sessions.routes.js';
import { identifierListRoutes, jwtTemplateRoutes, redirectUrlRoutes } from './settings.routes.js';
import { actorTokenRoutes, invitationRoutes, signInTokenRoutes } from './tickets.routes.js';
import { userStateRoutes } from './user-state.routes.js';
import { usersRoutes } from './users.routes.js';

/** The resources of the Backend API: all of their routes need the secret key. */
const resources = [
  '/jwks',
  '/users',
  '/sessions',
  '/clients',
  '/organizations',
  '/organization_memberships',
  '/actor_tokens',
  '/allowlist_identifiers',
  '/blocklist_identifiers',
  '/email_addresses',
  '/invitations',
  '/jwt_templates',
  '/phone_numbers',
  '/redirect_urls',
  '/sign_in_tokens',
  '/testing_tokens',
];

/** The parts of an instance that the Backend API uses. */
export interface BackendApiOptions {
  readonly store: Store;
  readonly users: Users;
  readonly organizations: Organizations;
  readonly sessions: Sessions;
  readonly tokens: SessionTokens;
  readonly handshakes: Handshakes;
  readonly objects: Objects;
  readonly tickets: Tickets;
  readonly jwtTemplates: JwtTemplates;
  readonly wallClock: Clock;
}

/**
 * Creates the emulated part of Clerk's Backend API, which servers call with the secret key.
 *
 * Authentication is registered per resource, because the Frontend API shares the prefix `/v1`.
 */
export function backendApi(options: BackendApiOptions): Hono {
  const { store, users, organizations, sessions, tokens, handshakes, objects } = options;
  const tickets = { ...options, portalUrl };
  const identifications = new Identifications(users);
  function portalUrl(path: string): string {
    return new URL(path, store.url ?? 'http://127.0.0.1').href;
  }
  const api = new Hono();
  for (const resource of resources) {
    api.use(`${resource}/*`, authenticate(store.keys.secretKey));
  }
  api.get('/jwks', (context) => context.json({ keys: [store.signingKey.jwk] }));
  api.route('/users', usersRoutes(users));
  api.route('/users', userStateRoutes(users, organizations));
  api.route('/organizations', organizationsRoutes(organizations));
  api.route('/email_addresses', backendEmailAddressRoutes(identifications));
  api.route('/phone_numbers', backendPhoneNumberRoutes(identifications));
  api.route('/sign_in_tokens', signInTokenRoutes(tickets));
  api.route('/actor_tokens', actorTokenRoutes(tickets));
  api.route('/invitations', invitationRoutes(tickets));
  api.route('/jwt_templates', jwtTemplateRoutes(options.jwtTemplates));
  api.route('/redirect_urls', redirectUrlRoutes(objects));
  for (const list of ['allowlist', 'blocklist'] as const) {
    api.route(`/${list}_identifiers`, identifierListRoutes(objects, `${list}_identifier`));
  }
  api.post('/testing_tokens', (context) => context.json(testingToken(options.wallClock())));
  api.get('/organization_memberships', (context) => {
    return context.json(countedPageOf(context, organizations.memberships({})));
  });
  api.route('/sessions', sessionsRoutes(sessions, tokens));
  api.route('/clients', clientsRoutes(handshakes));
  return api;
}

/** How long a testing token is valid, in seconds. */
const testingTokenLifetime = 3_600;

/**
 * `POST /v1/testing_tokens`: at Clerk, such a token bypasses bot protection, which clerk-local does
 * not have.
 *
 * @param now milliseconds since the epoch
 */
function testingToken(now: number): object {
  const createdAt = Math.floor(now / 1000);
  const token = `${createdAt}-${randomBytes(16).toString('base64url')}`;
  return { object: 'testing_token', token, expires_at: createdAt + testingTokenLifetime };
}

/** Requires the secret key (`Authorization: Bearer sk_test_…`). */
function authenticate(secretKey: string): MiddlewareHandler {
  const expected = `Bearer ${secretKey}`;
  return async (context, next) => {
    if (context.req.header('authorization') !== expected) {
      throw new ClerkApiError(
        401,
        'clerk_key_invalid',
        'The provided Clerk Secret Key is invalid.',
        {
          longMessage:
            'The Clerk Secret Key is missing or belongs to another instance. Check CLERK_SECRET_KEY.',
        },
      );
    }
    await next();
  };
}

const payloadQuerySchema = z.object({ nonce: z.string() });

/** `/v1/clients`: the application's server fetches the cookies of a handshake. */
function clientsRoutes(handshakes: Handshakes): Hono {
  const routes = new Hono();
  routes.get('/handshake_payload', (context) => {
    const { nonce } = parseParameters(payloadQuerySchema, readQuery(context));
    return context.json({ directives: handshakes.redeem(nonce) });
  });
  return routes;
}
