import { createClerkClient } from '@clerk/backend';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { BrowserClient, ada } from '../frontend-api/support/browser-client.js';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';

function sdk({ url, secretKey }: ClerkLocal): ReturnType<typeof createClerkClient> {
  return createClerkClient({ apiUrl: url, secretKey, telemetry: { disabled: true } });
}

/** Creates Ada, and organizations of which she is a member. */
async function aMember(
  clerk: ClerkLocal,
  ...names: readonly string[]
): Promise<{ readonly userId: string; readonly ids: readonly string[] }> {
  const { organizations } = sdk(clerk);
  const { id: userId } = await clerk.users.create(ada);
  const ids = [];
  for (const name of names) {
    const { id: organizationId } = await organizations.createOrganization({ name });
    await organizations.createOrganizationMembership({ organizationId, userId, role: 'org:admin' });
    ids.push(organizationId);
  }
  return { userId, ids };
}

async function activeOf(clerk: ClerkLocal, browser: BrowserClient): Promise<unknown> {
  const sessionId = await browser.signIn();
  return (await sdk(clerk).sessions.getSession(sessionId)).lastActiveOrganizationId;
}

describe('the active organization of a new session', () => {
  test('is the organization that the user was added to last', async () => {
    const clerk = await aClerkLocal();
    const { userId, ids } = await aMember(clerk, 'Acme', 'Babbage');
    expect(await activeOf(clerk, await BrowserClient.register(clerk))).toBe(ids[1]);
    expect(decodeJwt(await clerk.sessionToken({ userId }))).toMatchObject({ o: { id: ids[1] } });
  });

  test('is the creator’s organization', async () => {
    const clerk = await aClerkLocal();
    const { id: createdBy } = await clerk.users.create(ada);
    const { id } = await sdk(clerk).organizations.createOrganization({ name: 'Acme', createdBy });
    expect(await activeOf(clerk, await BrowserClient.register(clerk))).toBe(id);
  });

  test('is the one that the user selected last, or the personal account', async () => {
    const clerk = await aClerkLocal();
    const { ids } = await aMember(clerk, 'Acme', 'Babbage');
    const [first = ''] = ids;
    for (const [selected, expected] of [
      [first, first],
      ['', null],
    ] as const) {
      const browser = await BrowserClient.register(clerk);
      const touch = `POST /v1/client/sessions/${await browser.signIn()}/touch`;
      await browser.call(touch, { active_organization_id: selected });
      expect(await activeOf(clerk, await BrowserClient.register(clerk))).toBe(expected);
    }
  });

  test('is none once the user has left', async () => {
    const clerk = await aClerkLocal();
    const { userId, ids } = await aMember(clerk, 'Acme');
    const [organizationId = ''] = ids;
    const { organizations } = sdk(clerk);
    const other = await clerk.users.create({ email_address: ['eve@example.com'] });
    const eve = { organizationId, userId: other.id, role: 'org:admin' };
    await organizations.createOrganizationMembership(eve);
    await organizations.deleteOrganizationMembership({ organizationId, userId });
    expect(await activeOf(clerk, await BrowserClient.register(clerk))).toBeNull();
  });

  test('makes the session active where an organization is required, and cannot be left', async () => {
    const clerk = await aClerkLocal({ enable: ['organization_required'] });
    const { ids } = await aMember(clerk, 'Acme');
    const browser = await BrowserClient.register(clerk);
    const sessionId = await browser.signIn();
    const sessions = `/v1/client/sessions/${sessionId}`;
    await browser.call(`POST ${sessions}/touch`, { active_organization_id: '' });
    const session = await sdk(clerk).sessions.getSession(sessionId);
    expect(session).toMatchObject({ status: 'active', lastActiveOrganizationId: ids[0] });
    const { body } = await browser.call(`POST ${sessions}/tokens`, { organization_id: '' });
    const { jwt } = body as { jwt: string };
    expect(decodeJwt(jwt)).toMatchObject({ o: { id: ids[0] } });
  });
});
