import { createClerkClient } from '@clerk/backend';
import { expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { ada, BrowserClient, errorOf } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

type Sdk = ReturnType<typeof createClerkClient>;

function sdkOf({ url, secretKey, publishableKey }: ClerkLocal): Sdk {
  const telemetry = { disabled: true };
  return createClerkClient({ apiUrl: url, secretKey, publishableKey, telemetry });
}

const standard = {
  name: 'Standard',
  key: 'role_set:standard',
  defaultRoleKey: 'org:member',
  creatorRoleKey: 'org:admin',
  type: 'initial',
  roles: ['org:admin', 'org:member'],
} as const;

test('a role set changes its roles, and only one is the initial one', async () => {
  const clerk = await aClerkLocal();
  const { roleSets, organizations } = sdkOf(clerk);
  const { id: createdBy } = await clerk.users.create(ada);
  await organizations.createOrganization({ name: 'Acme', createdBy });
  const first = await roleSets.createRoleSet({ ...standard, roles: [...standard.roles] });
  expect(first.roles.map(({ key, membersCount }) => [key, membersCount])).toEqual([
    ['org:admin', 1],
    ['org:member', 0],
  ]);
  const json = { name: 'Guest', key: 'org:guest' };
  await callBackendApi(clerk, { method: 'POST', path: '/v1/organization_roles', json });
  const roleSetKeyOrId = first.key;
  await roleSets.addRolesToRoleSet({ roleSetKeyOrId, roleKeys: ['org:guest'] });
  await roleSets.replaceRoleInRoleSet({
    roleSetKeyOrId,
    roleKey: 'org:member',
    toRoleKey: 'org:guest',
  });
  const changed = await roleSets.getRoleSet(roleSetKeyOrId);
  expect(changed.roles.map(({ key }) => key)).toEqual(['org:admin', 'org:guest']);
  expect(changed.defaultRole?.key).toBe('org:guest');

  await roleSets.createRoleSet({ ...standard, key: 'role_set:two', roles: [...standard.roles] });
  expect((await roleSets.getRoleSet(roleSetKeyOrId)).type).toBe('custom');
  await roleSets.replaceRoleSet({ roleSetKeyOrId, destRoleSetKey: 'role_set:two' });
  const { data } = await roleSets.getRoleSetList();
  expect(data.map(({ key }) => key)).toEqual(['role_set:two']);
});

test.each([
  ['a creator role without permissions', { creator_role_key: 'org:member' }, 'creator_role_key'],
  ['a default role outside the set', { roles: ['org:admin'] }, 'default_role_key'],
  ['a malformed key', { key: 'standard' }, 'key'],
])('refuses %s', async (_name, change, parameter) => {
  const clerk = await aClerkLocal();
  const json = {
    name: 'Standard',
    default_role_key: 'org:member',
    creator_role_key: 'org:admin',
    roles: ['org:admin', 'org:member'],
    ...change,
  };
  const response = await callBackendApi(clerk, { method: 'POST', path: '/v1/role_sets', json });
  expect([response.status, await response.json()]).toMatchObject([
    422,
    { errors: [{ meta: { param_name: parameter } }] },
  ]);
});

test('an agent task signs its user in once', async () => {
  const clerk = await aClerkLocal();
  const { id } = await clerk.users.create(ada);
  const { agentTasks } = sdkOf(clerk);
  const task = (): ReturnType<typeof agentTasks.create> =>
    agentTasks.create({
      onBehalfOf: { identifier: 'ada@example.com' },
      permissions: '*',
      agentName: 'crawler',
      taskDescription: 'Reads the dashboard.',
      redirectUrl: 'http://localhost:3000/',
    });
  const { url, agentId } = await task();
  const ticket = new URL(url).searchParams.get('ticket') ?? '';
  const browser = await BrowserClient.register(clerk);
  const form = { strategy: 'ticket', ticket };
  expect((await browser.call('POST /v1/client/sign_ins', form)).status).toBe(200);
  const sessions = await callBackendApi(clerk, { method: 'GET', path: '/v1/sessions' });
  expect(await sessions.json()).toMatchObject([{ user_id: id, status: 'active' }]);

  const second = await task();
  expect(second.agentId).toBe(agentId);
  await agentTasks.revoke(second.agentTaskId);
  const revoked = new URL(second.url).searchParams.get('ticket') ?? '';
  const other = await BrowserClient.register(clerk);
  const answer = await other.call('POST /v1/client/sign_ins', {
    strategy: 'ticket',
    ticket: revoked,
  });
  expect([answer.status, answer.body]).toMatchObject([400, errorOf('agent_task_revoked')]);
});

test('webhooks stop without a Svix app, and continue with one', async () => {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  const { webhooks } = sdkOf(clerk);
  await webhooks.deleteSvixApp();
  await clerk.users.create({ email_address: ['a@example.com'] });
  await expect(webhooks.generateSvixAuthURL()).rejects.toMatchObject({ status: 400 });
  await webhooks.createSvixApp();
  const { id } = await clerk.users.create({ email_address: ['b@example.com'] });
  await clerk.webhooks.drain();
  expect(receiver.received.map(({ event }) => event.data.id)).toEqual([id]);
});
