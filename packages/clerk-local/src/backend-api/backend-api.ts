import { randomBytes } from 'node:crypto';
import { Hono, type MiddlewareHandler } from 'hono';
import { membershipQuery } from '../domain/organizations/membership-query.js';
import { RoleSets } from '../domain/organizations/role-sets.js';
import type { Services } from '../domain/services/services.js';
import { SignUpAttempts } from '../domain/sessions/sign-up-attempts.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { CodeVerifications } from '../domain/users/code-verifications.js';
import { Identifications } from '../domain/users/identifications.js';
import { countedPageOf, parseListQuery } from '../http/request.js';
import { clientsRoutes } from './clients.routes.js';
import { changeDomain, domainsRoutes, proxyChecksRoutes } from './domains.routes.js';
import {
  backendEmailAddressRoutes,
  backendPhoneNumberRoutes,
  replaceIdentificationRoutes,
} from './identifications.routes.js';
import { betaFeaturesRoutes, instanceRoutes } from './instance.routes.js';
import {
  allOrganizationDomainsRoutes,
  organizationDomainsRoutes,
} from './organization-domains.routes.js';
import {
  invitationListRoutes,
  organizationInvitationsRoutes,
} from './organization-invitations.routes.js';
import { organizationsRoutes } from './organizations.routes.js';
import { roleSetsRoutes } from './role-sets.routes.js';
import { svixRoutes } from './svix.routes.js';
import { permissionsRoutes, rolesRoutes } from './roles.routes.js';
import { secondFactorsRoutes } from './second-factors.routes.js';
import { sessionsRoutes } from './sessions.routes.js';
import { identifierListRoutes, jwtTemplateRoutes, redirectUrlRoutes } from './settings.routes.js';
import { signUpsRoutes } from './sign-ups.routes.js';
import {
  actorTokenRoutes,
  agentTaskRoutes,
  invitationRoutes,
  signInTokenRoutes,
} from './tickets.routes.js';
import { templatesRoutes } from './templates.routes.js';
import { userStateRoutes } from './user-state.routes.js';
import { usersRoutes } from './users.routes.js';
import { waitlistRoutes } from './waitlist.routes.js';

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
  '/proxy_checks',
  '/redirect_urls',
  '/sign_in_tokens',
  '/templates',
  '/testing_tokens',
  '/beta_features',
  '/domains',
  '/instance',
  '/organization_domains',
  '/organization_invitations',
  '/organization_permissions',
  '/organization_roles',
  '/role_sets',
  '/sign_ups',
  '/waitlist_entries',
  '/webhooks',
];

/**
 * Creates the emulated part of Clerk's Backend API, which servers call with the secret key.
 *
 * Authentication is registered per resource, because the Frontend API shares the prefix `/v1`.
 */
export function backendApi(options: Services): Hono {
  const { store, users, organizations, objects, roles, messages } = options;
  const verifications = new CodeVerifications(store, options.now);
  const identifications = new Identifications(users, messages, verifications);
  const api = new Hono();
  for (const resource of resources) {
    api.use(`${resource}/*`, authenticate(store.keys.secretKey));
  }
  // Browsers follow the link of an agent task with GET.
  api.use('/agents/*', exceptGet(authenticate(store.keys.secretKey)));
  api.get('/jwks', (context) => context.json({ keys: [store.signingKey.jwk] }));
  api.route('/users', usersRoutes(users));
  api.route('/users', userStateRoutes(options));
  api.route('/users', replaceIdentificationRoutes(identifications));
  api.route('/templates', templatesRoutes(options));
  api.route('/users', secondFactorsRoutes(options.secondFactors));
  api.route('/organizations', organizationsRoutes(organizations));
  api.route('/organizations', organizationInvitationsRoutes(options));
  api.route('/organizations', organizationDomainsRoutes(options));
  api.route('/', invitationListRoutes(options));
  api.route('/organization_domains', allOrganizationDomainsRoutes(options));
  api.route('/organization_roles', rolesRoutes(roles));
  api.route('/organization_permissions', permissionsRoutes(roles.permissions));
  api.route('/role_sets', roleSetsRoutes(new RoleSets(options)));
  api.route('/webhooks', svixRoutes(options));
  api.route('/agents/tasks', agentTaskRoutes(options));
  api.route('/instance', instanceRoutes(options));
  api.route('/beta_features', betaFeaturesRoutes(options));
  api.route('/domains', domainsRoutes(options));
  api.post('/instance/change_domain', changeDomain(options));
  api.put('/beta_features/domain', changeDomain(options));
  // The path that `@clerk/backend` calls; Clerk's document does not have it.
  api.post('/beta_features/change_domain', changeDomain(options));
  api.route('/proxy_checks', proxyChecksRoutes(options));
  api.route('/waitlist_entries', waitlistRoutes(options.waitlist, options));
  api.route('/sign_ups', signUpsRoutes(new SignUpAttempts(store)));
  api.route('/email_addresses', backendEmailAddressRoutes(identifications));
  api.route('/phone_numbers', backendPhoneNumberRoutes(identifications));
  api.route('/sign_in_tokens', signInTokenRoutes(options));
  api.route('/actor_tokens', actorTokenRoutes(options));
  api.route('/invitations', invitationRoutes(options));
  api.route('/jwt_templates', jwtTemplateRoutes(options.jwtTemplates));
  api.route('/redirect_urls', redirectUrlRoutes(objects));
  for (const list of ['allowlist', 'blocklist'] as const) {
    api.route(`/${list}_identifiers`, identifierListRoutes(objects, `${list}_identifier`));
  }
  api.post('/testing_tokens', (context) => context.json(testingToken(options.wallClock())));
  api.get('/organization_memberships', (context) => {
    const query = parseListQuery(context, membershipQuery.pick({ order_by: true }).shape);
    return context.json(countedPageOf(context, organizations.members.find(undefined, query)));
  });
  api.route('/sessions', sessionsRoutes(options));
  api.route('/clients', clientsRoutes(options));
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

function exceptGet(middleware: MiddlewareHandler): MiddlewareHandler {
  return (context, next) => (context.req.method === 'GET' ? next() : middleware(context, next));
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
