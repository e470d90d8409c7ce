import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startClerkLocal, type ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';

let clerk: ClerkLocal;
const id = { organization: '', user: '' };

const createdSchema = z.looseObject({ id: z.string() });
const errorsSchema = z.object({
  errors: z.tuple([
    z.object({ code: z.string(), meta: z.object({ param_name: z.string().optional() }) }),
  ]),
});

async function post(path: string, json: object): Promise<string> {
  const response = await callBackendApi(clerk, { method: 'POST', path: `/v1/${path}`, json });
  expect([path, response.status]).toEqual([path, 200]);
  return createdSchema.parse(await response.json()).id;
}

/** Calls a list. Returns one property of its items. */
async function listed(path: string, property: string): Promise<unknown[]> {
  const response = await callBackendApi(clerk, { method: 'GET', path: `/v1/${path}` });
  const body: unknown = await response.json();
  const items = z.union([z.array(z.unknown()), z.object({ data: z.array(z.unknown()) })]);
  const parsed = items.parse(body);
  const data = Array.isArray(parsed) ? parsed : parsed.data;
  return data.map((item) => z.record(z.string(), z.unknown()).parse(item)[property]);
}

async function refusal(path: string): Promise<unknown> {
  const response = await callBackendApi(clerk, { method: 'GET', path: `/v1/${path}` });
  const body: unknown = await response.json();
  const [error] = errorsSchema.safeParse(body).data?.errors ?? [];
  return [response.status, error?.code, error?.meta.param_name];
}

beforeAll(async () => {
  let time = Date.parse('2030-01-01T00:00:00Z');
  clerk = await startClerkLocal({ now: () => (time += 1_000) });
  for (const name of ['Beta', 'Alpha', 'Gamma']) {
    const email_address = `${name.toLowerCase()}@example.com`;
    const key = name.toLowerCase();
    id.user = await post('users', { email_address: [email_address], external_id: key });
    id.organization = await post('organizations', { name, slug: key, created_by: id.user });
    await post('invitations', { email_address: `new-${email_address}` });
    await post('waitlist_entries', { email_address });
    await post('organization_roles', { name, key: `org:${key}` });
    await post('organization_permissions', { name, key: `org:things:${key}` });
    await post('role_sets', {
      name,
      key: `role_set:${key}`,
      roles: ['org:admin', 'org:member'],
      default_role_key: 'org:member',
      creator_role_key: 'org:admin',
    });
  }
  const gamma = `organizations/${id.organization}`;
  for (const name of ['b', 'a', 'c']) {
    const email_address = `${name}@example.com`;
    await post(`${gamma}/invitations`, { email_address, role: 'org:member' });
    await post(`${gamma}/domains`, {
      name: `${name}.example.com`,
      enrollment_mode: name === 'a' ? 'automatic_invitation' : 'manual_invitation',
    });
  }
  const [, beta] = await listed('users?order_by=-created_at&limit=2', 'id');
  await post(`${gamma}/memberships`, { user_id: beta as string, role: 'org:member' });

  return () => clerk.close();
});

describe('the lists of the Backend API', () => {
  test.each([
    ['organizations', 'slug', 'name', ['alpha', 'beta', 'gamma']],
    ['organizations', 'slug', '-name', ['gamma', 'beta', 'alpha']],
    ['organizations', 'slug', '-members_count', ['gamma', 'alpha', 'beta']],
    ['invitations', 'email_address', 'email_address', newAddresses('alpha', 'beta', 'gamma')],
    ['invitations', 'email_address', 'expires_at', newAddresses('beta', 'alpha', 'gamma')],
    ['organization_invitations', 'email_address', '-email_address', addresses('c', 'b', 'a')],
    ['waitlist_entries', 'email_address', 'created_at', addresses('beta', 'alpha', 'gamma')],
    ['organization_roles', 'name', '-key', ['Member', 'Gamma', 'Beta', 'Alpha', 'Admin']],
    ['role_sets', 'name', '+created_at', ['Beta', 'Alpha', 'Gamma']],
    ['organization_domains', 'name', '-name', ['c', 'b', 'a'].map((name) => `${name}.example.com`)],
  ])('order %s: %s by %s', async (path, property, order, expected) => {
    const found = await listed(`${path}?order_by=${encodeURIComponent(order)}`, property);
    const wanted = found.filter((each) => expected.includes(each as string));
    expect(wanted).toEqual(expected);
  });

  test('order the permissions that were created by their names', async () => {
    const found = await listed('organization_permissions?query=things&order_by=-name', 'name');
    expect(found).toEqual(['Gamma', 'Beta', 'Alpha']);
  });

  test('order the invitations of an organization', async () => {
    const path = `organizations/${id.organization}/invitations?order_by=email_address`;
    expect(await listed(path, 'email_address')).toEqual(addresses('a', 'b', 'c'));
  });

  test('are newest first by default, and use the first of several orders', async () => {
    expect(await listed('organizations', 'slug')).toEqual(['gamma', 'alpha', 'beta']);
    const twice = 'order_by=name&order_by=-created_at';
    expect(await listed(`organizations?${twice}`, 'slug')).toEqual(['alpha', 'beta', 'gamma']);
    expect(
      await listed('users?order_by=email_address&order_by=-created_at', 'external_id'),
    ).toEqual(['alpha', 'beta', 'gamma']);
  });

  test('exclude and include by id', async () => {
    const excluded = `organizations?organization_id=-${id.organization}`;
    expect(await listed(excluded, 'slug')).toEqual(['alpha', 'beta']);
    const included = `organizations?organization_id=${encodeURIComponent(`+${id.organization}`)}`;
    expect(await listed(included, 'slug')).toEqual(['gamma']);
    expect(await listed('users?external_id=-alpha', 'external_id')).toEqual(['gamma', 'beta']);
    expect(await listed('users?external_id=%2Balpha', 'external_id')).toEqual(['alpha']);
    expect(await listed('organization_domains?enrollment_mode=-manual_invitation', 'name')).toEqual(
      ['a.example.com'],
    );
  });

  test.each([
    'allowlist_identifiers',
    'blocklist_identifiers',
    'clients',
    'invitations',
    'jwt_templates',
    'organization_domains',
    'organization_invitations',
    'organization_memberships',
    'organization_permissions',
    'organization_roles',
    'organizations',
    'redirect_urls',
    'role_sets',
    'sessions',
    'templates/email',
    'users',
    'waitlist_entries',
    'organizations/{id}/domains',
    'organizations/{id}/invitations',
    'organizations/{id}/invitations/pending',
    'organizations/{id}/memberships',
    'users/{user}/organization_invitations',
    'users/{user}/organization_memberships',
    'users/{user}/oauth_access_tokens/google',
  ])('refuse an unknown parameter, and a limit that is not valid: %s', async (template) => {
    const path = template.replace('{id}', id.organization).replace('{user}', id.user);
    expect(await refusal(`${path}?nope=1`)).toEqual([422, 'form_param_unknown', 'nope']);
    expect(await refusal(`${path}?limit=1&offset=0`)).toEqual([200, undefined, undefined]);
    if (template === 'blocklist_identifiers') return;
    const invalid = [422, 'form_param_format_invalid', 'limit'];
    expect(await refusal(`${path}?limit=501`)).toEqual(invalid);
  });

  test('refuse an order that Clerk does not have', async () => {
    const invalid = [422, 'form_param_value_invalid', 'order_by'];
    expect(await refusal('organizations?order_by=slug')).toEqual(invalid);
    expect(await refusal('invitations?order_by=status')).toEqual(invalid);
  });

  test('apply a limit to redirect URLs only if it is given', async () => {
    for (let number = 0; number < 12; number += 1) {
      await post('redirect_urls', { url: `https://example.com/${number}` });
    }
    expect(await listed('redirect_urls', 'id')).toHaveLength(12);
    expect(await listed('redirect_urls?limit=2', 'id')).toHaveLength(2);
  });
});

function addresses(...names: string[]): string[] {
  return names.map((name) => `${name}@example.com`);
}

function newAddresses(...names: string[]): string[] {
  return names.map((name) => `new-${name}@example.com`);
}
