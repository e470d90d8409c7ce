import { createHmac } from 'node:crypto';
import type { ClerkLocal, WebhookEventType } from '../../../src/index.js';
import { callBackendApi, type BackendCall } from '../../support/backend-call.js';
import { ada, BrowserClient } from '../../frontend-api/support/browser-client.js';
import { clientCases, instanceCases, verificationCases } from './instance-cases.js';
import {
  organizationCases,
  organizationDomainCases,
  organizationInvitationCases,
  roleCases,
} from './organization-cases.js';
import { anOrganization, create, type ConformanceCase } from './setup.js';
import { identificationCases, settingsCases, ticketCases } from './ticket-cases.js';
import { roleSetCases, svixCases } from './role-set-cases.js';
import { templateCases } from './template-cases.js';
import { userStateCases } from './user-state-cases.js';

type Call = Omit<BackendCall, 'method'>;

async function aUser(clerk: ClerkLocal): Promise<string> {
  const { id } = await clerk.users.create({
    email_address: ['ada@example.com', 'lovelace@example.com'],
    first_name: 'Ada',
    external_id: 'ext_1',
    password: 'correct horse',
    public_metadata: { role: 'admin' },
  });
  return id;
}

async function aSession(clerk: ClerkLocal): Promise<string> {
  const { id } = await clerk.createSession(await aUser(clerk));
  return id;
}

const userPath = async (clerk: ClerkLocal): Promise<string> => `/v1/users/${await aUser(clerk)}`;
const sessionPath = async (clerk: ClerkLocal): Promise<string> =>
  `/v1/sessions/${await aSession(clerk)}`;
function call(path: string, json?: unknown): () => Promise<Call> {
  return () => Promise.resolve({ path, json });
}

async function twoUsers(clerk: ClerkLocal): Promise<Call> {
  await aUser(clerk);
  await clerk.users.create({ skip_user_requirement: true });
  return { path: '/v1/users' };
}

async function refreshCall(clerk: ClerkLocal, format: string): Promise<Call> {
  const id = await aSession(clerk);
  const userId = (await clerk.users.list())[0]?.id ?? '';
  const expired_token = await clerk.sessionToken({ userId, sessionId: id });
  const text = `refresh ${id}`;
  const refresh_token = createHmac('sha256', clerk.secretKey).update(text).digest('base64url');
  const json = { expired_token, refresh_token, request_origin: 'http://localhost:3000', format };
  return { path: `/v1/sessions/${id}/refresh`, json };
}

async function listSessions(clerk: ClerkLocal): Promise<Call> {
  await aSession(clerk);
  return { path: '/v1/sessions' };
}

function unreadable(): Promise<Call> {
  return Promise.resolve({ path: '/v1/users', text: '{' });
}

const listUsers = { route: 'GET /v1/users', path: '/users' };
const createUser = { route: 'POST /v1/users', path: '/users' };
const countUsers = { route: 'GET /v1/users/count', path: '/users/count' };
const getUser = { route: 'GET /v1/users/:id', path: '/users/{user_id}' };
const updateUser = { route: 'PATCH /v1/users/:id', path: '/users/{user_id}' };
const deleteUser = { route: 'DELETE /v1/users/:id', path: '/users/{user_id}' };
const mergeMetadata = { route: 'PATCH /v1/users/:id/metadata', path: '/users/{user_id}/metadata' };
const replaceMetadata = { route: 'PUT /v1/users/:id/metadata', path: '/users/{user_id}/metadata' };
const createSession = { route: 'POST /v1/sessions', path: '/sessions' };
const getSession = { route: 'GET /v1/sessions/:id', path: '/sessions/{session_id}' };
const revokeSession = {
  route: 'POST /v1/sessions/:id/revoke',
  path: '/sessions/{session_id}/revoke',
};
const createToken = {
  route: 'POST /v1/sessions/:id/tokens',
  path: '/sessions/{session_id}/tokens',
};

const noUser = '/v1/users/user_nobody';
const noSession = '/v1/sessions/sess_none';

/** Covers every route of the Backend API. A test fails for a route without a case. */
export const conformanceCases: readonly ConformanceCase[] = [
  { route: 'GET /v1/jwks', path: '/jwks', status: 200, arrange: call('/v1/jwks') },

  { ...listUsers, status: 200, arrange: twoUsers },
  { ...listUsers, status: 422, arrange: call('/v1/users?limit=501') },
  { ...countUsers, status: 200, arrange: call('/v1/users/count') },
  { ...countUsers, status: 422, arrange: call('/v1/users/count?created_at_after=yesterday') },

  {
    ...createUser,
    status: 200,
    arrange: call('/v1/users', { email_address: ['ada@example.com'] }),
  },
  { ...createUser, status: 422, arrange: call('/v1/users', { email_address: ['nowhere'] }) },
  { ...createUser, status: 400, arrange: unreadable },

  { ...getUser, status: 200, arrange: async (clerk) => ({ path: await userPath(clerk) }) },
  { ...getUser, status: 404, arrange: call(noUser) },
  {
    ...updateUser,
    status: 200,
    arrange: async (clerk) => ({ path: await userPath(clerk), json: { first_name: 'Augusta' } }),
  },
  { ...updateUser, status: 404, arrange: call(noUser, {}) },
  {
    ...updateUser,
    status: 422,
    arrange: async (clerk) => ({ path: await userPath(clerk), json: { password: 'short' } }),
  },
  { ...deleteUser, status: 200, arrange: async (clerk) => ({ path: await userPath(clerk) }) },
  { ...deleteUser, status: 404, arrange: call(noUser) },

  ...[mergeMetadata, replaceMetadata].flatMap((endpoint): ConformanceCase[] => [
    {
      ...endpoint,
      status: 200,
      arrange: async (clerk) => ({
        path: `${await userPath(clerk)}/metadata`,
        json: { private_metadata: { plan: 'free' } },
      }),
    },
    { ...endpoint, status: 404, arrange: call(`${noUser}/metadata`, {}) },
    {
      ...endpoint,
      status: 422,
      arrange: async (clerk) => ({
        path: `${await userPath(clerk)}/metadata`,
        json: { public_metadata: 'text' },
      }),
    },
  ]),

  {
    ...createSession,
    status: 200,
    arrange: async (clerk) => ({ path: '/v1/sessions', json: { user_id: await aUser(clerk) } }),
  },
  { ...createSession, status: 404, arrange: call('/v1/sessions', { user_id: 'user_nobody' }) },
  { ...createSession, status: 422, arrange: call('/v1/sessions', {}) },
  { route: 'GET /v1/sessions', path: '/sessions', status: 200, arrange: listSessions },
  { ...getSession, status: 200, arrange: async (clerk) => ({ path: await sessionPath(clerk) }) },
  { ...getSession, status: 404, arrange: call(noSession) },
  {
    ...revokeSession,
    status: 200,
    arrange: async (clerk) => ({ path: `${await sessionPath(clerk)}/revoke` }),
  },
  { ...revokeSession, status: 404, arrange: call(`${noSession}/revoke`) },
  {
    ...createToken,
    status: 200,
    arrange: async (clerk) => ({ path: `${await sessionPath(clerk)}/tokens` }),
  },
  ...(['token', 'cookie'] as const).map((format) => ({
    route: 'POST /v1/sessions/:id/refresh',
    path: '/sessions/{session_id}/refresh',
    status: 200,
    arrange: (clerk: ClerkLocal) => refreshCall(clerk, format),
  })),
  { ...createToken, status: 404, arrange: call(`${noSession}/tokens`) },
  {
    ...createToken,
    status: 422,
    arrange: async (clerk) => ({
      path: `${await sessionPath(clerk)}/tokens`,
      json: { expires_in_seconds: 29 },
    }),
  },
  ...roleSetCases,
  ...svixCases,
  ...templateCases,
  ...userStateCases,
  ...ticketCases,
  ...identificationCases,
  ...settingsCases,
  ...organizationCases,
  ...organizationInvitationCases,
  ...organizationDomainCases,
  ...roleCases,
  ...instanceCases,
  ...clientCases,
  ...verificationCases,
];

/** Makes a call of the Backend API for an organization. */
function change(method: string, suffix: string, json?: unknown) {
  return async (clerk: ClerkLocal): Promise<void> => {
    const { organization_id, user_id } = await anOrganization(clerk);
    const path = `/v1/organizations/${organization_id}${suffix.replace('USER', user_id)}`;
    const response = await callBackendApi(clerk, { method, path, json });
    if (!response.ok) throw new Error(await response.text());
  };
}

const domain = { name: 'example.com' };
const invitation = { email_address: 'eve@example.com', role: 'org:member' };
const permission = { name: 'Read', key: 'org:invoices:read' };
const role = { name: 'Boss', key: 'org:boss' };
const entry = { email_address: 'ada@example.com' };

type Act = (clerk: ClerkLocal) => Promise<unknown>;

/** Creates an object below an organization, and calls an operation on it. */
function nested(list: string, fields: object, method: string, suffix: string, json?: object): Act {
  return async (clerk) => {
    const { organization_id } = await anOrganization(clerk);
    const path = `/v1/organizations/${organization_id}/${list}`;
    const { id } = await create(clerk, path, fields);
    await callBackendApi(clerk, { method, path: `${path}/${id}${suffix}`, json });
  };
}

/** Creates an object of the instance, and calls an operation on it. */
function setting(list: string, fields: object, method: string, json?: object, suffix = ''): Act {
  return async (clerk) => {
    const { id } = await create(clerk, `/v1/${list}`, fields);
    await callBackendApi(clerk, { method, path: `/v1/${list}/${id}${suffix}`, json });
  };
}

async function endSession(clerk: ClerkLocal, status: string): Promise<void> {
  const browser = await BrowserClient.register(clerk);
  await clerk.users.create(ada);
  const id = await browser.signIn();
  if (status === 'revoked') {
    await callBackendApi(clerk, { method: 'POST', path: `/v1/sessions/${id}/revoke` });
  } else {
    const action = status === 'ended' ? 'end' : 'remove';
    await browser.call(`POST /v1/client/sessions/${id}/${action}`, {});
  }
}

const input = { email_address: ['ada@example.com'], external_id: 'ext_1', first_name: 'Ada' };

/** Triggers each event type. */
export const conformanceEvents: Readonly<
  Record<WebhookEventType, (clerk: ClerkLocal) => Promise<unknown>>
> = {
  'email.created': async (clerk) => {
    const browser = await BrowserClient.register(clerk);
    const path = await browser.startSignUp();
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
  },
  'sms.created': async (clerk) => {
    const { id: user_id } = await clerk.users.create(input);
    const json = { user_id, phone_number: '+15555550100' };
    const { id } = await create(clerk, '/v1/phone_numbers', json);
    await create(clerk, `/v1/phone_numbers/${id}/prepare_verification`, {});
  },
  'organizationDomain.created': change('POST', '/domains', domain),
  'organizationDomain.updated': nested('domains', domain, 'PATCH', '', { verified: false }),
  'organizationDomain.deleted': nested('domains', domain, 'DELETE', ''),
  'organizationInvitation.created': change('POST', '/invitations', invitation),
  'organizationInvitation.accepted': async (clerk) => {
    const { organization_id } = await anOrganization(clerk);
    const path = `/v1/organizations/${organization_id}/invitations`;
    const { url } = await create(clerk, path, invitation);
    const ticket = new URL(String(url)).searchParams.get('ticket') ?? '';
    const browser = await BrowserClient.register(clerk);
    const { password, first_name, last_name } = ada;
    const names = { password, first_name, last_name };
    await browser.call('POST /v1/client/sign_ups', { strategy: 'ticket', ticket, ...names });
  },
  'organizationInvitation.revoked': nested('invitations', invitation, 'POST', '/revoke'),
  'permission.created': (clerk) => create(clerk, '/v1/organization_permissions', permission),
  'permission.updated': setting('organization_permissions', permission, 'PATCH', { name: 'X' }),
  'permission.deleted': setting('organization_permissions', permission, 'DELETE'),
  'role.created': (clerk) => create(clerk, '/v1/organization_roles', role),
  'role.updated': setting('organization_roles', role, 'PATCH', { name: 'X' }),
  'role.deleted': setting('organization_roles', role, 'DELETE'),
  'waitlistEntry.created': (clerk) => create(clerk, '/v1/waitlist_entries', entry),
  'waitlistEntry.updated': setting('waitlist_entries', entry, 'POST', {}, '/reject'),
  'organization.created': anOrganization,
  'organization.updated': change('PATCH', '', { name: 'Acme Inc.' }),
  'organization.deleted': change('DELETE', ''),
  'organizationMembership.created': async (clerk) => {
    const { id } = await clerk.users.create(input);
    const json = { name: 'Acme', created_by: id };
    await callBackendApi(clerk, { method: 'POST', path: '/v1/organizations', json });
  },
  'organizationMembership.updated': change('PATCH', '/memberships/USER', { role: 'org:admin' }),
  'organizationMembership.deleted': change('DELETE', '/memberships/USER'),
  'session.created': async (clerk) => clerk.createSession((await clerk.users.create(input)).id),
  'session.pending': async (clerk) => clerk.createSession((await clerk.users.create(input)).id),
  'session.ended': (clerk) => endSession(clerk, 'ended'),
  'session.removed': (clerk) => endSession(clerk, 'removed'),
  'session.revoked': (clerk) => endSession(clerk, 'revoked'),
  'user.created': (clerk) => clerk.users.create(input),
  'user.updated': async (clerk) => {
    const { id } = await clerk.users.create(input);
    await clerk.users.update(id, { first_name: 'Augusta', password: 'correct horse' });
  },
  'user.deleted': async (clerk) => {
    const { id } = await clerk.users.create(input);
    await clerk.users.delete(id);
  },
};
