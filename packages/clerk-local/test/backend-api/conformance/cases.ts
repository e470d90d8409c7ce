import type { ClerkLocal, WebhookEventType } from '../../../src/index.js';
import type { BackendCall } from '../../support/backend-call.js';

type Call = Omit<BackendCall, 'method'>;

/** One answer of one endpoint, to be checked against Clerk's published document. */
export interface ConformanceCase {
  /** The route as the app has it. */
  readonly route: string;
  /** The path as the published document has it. */
  readonly path: string;
  readonly status: number;
  /** Brings about what the call needs, and says what the call is. */
  readonly arrange: (clerk: ClerkLocal) => Promise<Call>;
}

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

function unreadable(): Promise<Call> {
  return Promise.resolve({ path: '/v1/users', text: '{' });
}

const LIST = { route: 'GET /v1/users', path: '/users' };
const CREATE = { route: 'POST /v1/users', path: '/users' };
const COUNT = { route: 'GET /v1/users/count', path: '/users/count' };
const GET = { route: 'GET /v1/users/:id', path: '/users/{user_id}' };
const UPDATE = { route: 'PATCH /v1/users/:id', path: '/users/{user_id}' };
const DELETE = { route: 'DELETE /v1/users/:id', path: '/users/{user_id}' };
const MERGE = { route: 'PATCH /v1/users/:id/metadata', path: '/users/{user_id}/metadata' };
const REPLACE = { route: 'PUT /v1/users/:id/metadata', path: '/users/{user_id}/metadata' };
const SIGN_IN = { route: 'POST /v1/sessions', path: '/sessions' };
const SESSION = { route: 'GET /v1/sessions/:id', path: '/sessions/{session_id}' };
const REVOKE = { route: 'POST /v1/sessions/:id/revoke', path: '/sessions/{session_id}/revoke' };
const TOKEN = { route: 'POST /v1/sessions/:id/tokens', path: '/sessions/{session_id}/tokens' };

const noUser = '/v1/users/user_nobody';
const noSession = '/v1/sessions/sess_none';

/** Every endpoint that the Backend half has. A route without a case here fails a test. */
export const conformanceCases: readonly ConformanceCase[] = [
  { route: 'GET /v1/jwks', path: '/jwks', status: 200, arrange: call('/v1/jwks') },

  { ...LIST, status: 200, arrange: twoUsers },
  { ...LIST, status: 422, arrange: call('/v1/users?limit=501') },
  { ...COUNT, status: 200, arrange: call('/v1/users/count') },
  { ...COUNT, status: 422, arrange: call('/v1/users/count?created_at_after=yesterday') },

  { ...CREATE, status: 200, arrange: call('/v1/users', { email_address: ['ada@example.com'] }) },
  { ...CREATE, status: 422, arrange: call('/v1/users', { email_address: ['nowhere'] }) },
  { ...CREATE, status: 400, arrange: unreadable },

  { ...GET, status: 200, arrange: async (clerk) => ({ path: await userPath(clerk) }) },
  { ...GET, status: 404, arrange: call(noUser) },
  {
    ...UPDATE,
    status: 200,
    arrange: async (clerk) => ({ path: await userPath(clerk), json: { first_name: 'Augusta' } }),
  },
  { ...UPDATE, status: 404, arrange: call(noUser, {}) },
  {
    ...UPDATE,
    status: 422,
    arrange: async (clerk) => ({ path: await userPath(clerk), json: { password: 'short' } }),
  },
  { ...DELETE, status: 200, arrange: async (clerk) => ({ path: await userPath(clerk) }) },
  { ...DELETE, status: 404, arrange: call(noUser) },

  ...[MERGE, REPLACE].flatMap((endpoint): ConformanceCase[] => [
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
    ...SIGN_IN,
    status: 200,
    arrange: async (clerk) => ({ path: '/v1/sessions', json: { user_id: await aUser(clerk) } }),
  },
  { ...SIGN_IN, status: 404, arrange: call('/v1/sessions', { user_id: 'user_nobody' }) },
  { ...SIGN_IN, status: 422, arrange: call('/v1/sessions', {}) },
  { ...SESSION, status: 200, arrange: async (clerk) => ({ path: await sessionPath(clerk) }) },
  { ...SESSION, status: 404, arrange: call(noSession) },
  {
    ...REVOKE,
    status: 200,
    arrange: async (clerk) => ({ path: `${await sessionPath(clerk)}/revoke` }),
  },
  { ...REVOKE, status: 404, arrange: call(`${noSession}/revoke`) },
  {
    ...TOKEN,
    status: 200,
    arrange: async (clerk) => ({ path: `${await sessionPath(clerk)}/tokens` }),
  },
  { ...TOKEN, status: 404, arrange: call(`${noSession}/tokens`) },
  {
    ...TOKEN,
    status: 422,
    arrange: async (clerk) => ({
      path: `${await sessionPath(clerk)}/tokens`,
      json: { expires_in_seconds: 29 },
    }),
  },
];

const input = { email_address: ['ada@example.com'], external_id: 'ext_1', first_name: 'Ada' };

/** What makes each event that is sent. */
export const conformanceEvents: Readonly<
  Record<WebhookEventType, (clerk: ClerkLocal) => Promise<unknown>>
> = {
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
