import { z } from 'zod';
import { callBackendApi } from '../../support/backend-call.js';
import type { ClerkLocal } from '../../../src/index.js';
import { aUser, create, succeeds, type ConformanceCase } from './setup.js';

const fields = {
  name: 'Standard',
  default_role_key: 'org:member',
  creator_role_key: 'org:admin',
  roles: ['org:admin', 'org:member'],
};

async function aRoleSet(
  clerk: ClerkLocal,
  name = 'Standard',
): Promise<{ readonly role_set_key_or_id: string }> {
  const { id } = await create(clerk, '/v1/role_sets', { ...fields, name });
  return { role_set_key_or_id: id };
}

async function aTask(clerk: ClerkLocal): Promise<{ readonly json: object }> {
  await aUser(clerk);
  return {
    json: {
      on_behalf_of: { identifier: 'ada@example.com' },
      permissions: '*',
      agent_name: 'crawler',
      task_description: 'Reads the dashboard.',
      redirect_url: 'http://localhost:3000/',
    },
  };
}

/** Role sets and agent tasks. */
export const roleSetCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/role_sets?query=standard', aRoleSet),
  succeeds('POST /v1/role_sets', () => Promise.resolve({ json: fields })),
  succeeds('GET /v1/role_sets/{role_set_key_or_id}', aRoleSet),
  succeeds('PATCH /v1/role_sets/{role_set_key_or_id}', async (clerk) => ({
    ...(await aRoleSet(clerk)),
    json: { name: 'Renamed', type: 'initial' },
  })),
  succeeds('POST /v1/role_sets/{role_set_key_or_id}/replace', async (clerk) => {
    await aRoleSet(clerk, 'Other');
    return { ...(await aRoleSet(clerk)), json: { dest_role_set_key: 'role_set:other' } };
  }),
  succeeds('POST /v1/role_sets/{role_set_key_or_id}/roles', async (clerk) => {
    await create(clerk, '/v1/organization_roles', { name: 'Guest', key: 'org:guest' });
    return { ...(await aRoleSet(clerk)), json: { role_keys: ['org:guest'] } };
  }),
  succeeds('POST /v1/role_sets/{role_set_key_or_id}/roles/replace', async (clerk) => {
    await create(clerk, '/v1/organization_roles', { name: 'Guest', key: 'org:guest' });
    const json = { role_key: 'org:member', to_role_key: 'org:guest' };
    return { ...(await aRoleSet(clerk)), json };
  }),
  succeeds('POST /v1/agents/tasks', aTask),
  succeeds('POST /v1/agents/tasks/{agent_task_id}/revoke', async (clerk) => {
    const { json } = await aTask(clerk);
    const path = '/v1/agents/tasks';
    const response = await callBackendApi(clerk, { method: 'POST', path, json });
    return z.object({ agent_task_id: z.string() }).parse(await response.json());
  }),
];

const route = { path: '/webhooks/svix' };
const path = '/v1/webhooks/svix';

/** Sending webhooks. */
export const svixCases: readonly ConformanceCase[] = [
  {
    route: 'DELETE /v1/webhooks/svix',
    ...route,
    status: 204,
    arrange: () => Promise.resolve({ path }),
  },
  {
    route: 'POST /v1/webhooks/svix',
    ...route,
    status: 400,
    arrange: () => Promise.resolve({ path }),
  },
  {
    route: 'POST /v1/webhooks/svix',
    ...route,
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<{ path: string }> => {
      await callBackendApi(clerk, { method: 'DELETE', path });
      return { path };
    },
  },
  succeeds('POST /v1/webhooks/svix_url'),
];
