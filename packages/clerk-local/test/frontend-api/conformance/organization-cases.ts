import type { ClerkLocal } from '../../../src/index.js';
import { anImage, aUser, create } from '../../backend-api/conformance/setup.js';
import { aSignedInBrowser, type BrowserClient, type Form } from '../support/browser-client.js';
import type { FrontendCall, FrontendCase } from './setup.js';

interface Setup {
  readonly browser: BrowserClient;
  readonly organization: string;
}

async function anOrganization(clerk: ClerkLocal): Promise<Setup> {
  const { browser } = await aSignedInBrowser(clerk);
  return {
    browser,
    organization: await browser.create('POST /v1/organizations', { name: 'Acme' }),
  };
}

const invitation = { email_address: 'eve@example.com', role: 'org:member' };

/** Describes a call below an organization of the signed-in user. */
function organizationCase(
  method: string,
  suffix: string,
  form?: Form | FormData | ((clerk: ClerkLocal, setup: Setup) => Promise<Form | undefined>),
): FrontendCase {
  return {
    route: `${method} /v1/organizations/:id${suffix.replace('{user_id}', ':userId').replace('{invitation_id}', ':invitationId')}`,
    published: `/organizations/{organization_id}${suffix}`,
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const setup = await anOrganization(clerk);
      const { browser, organization } = setup;
      const values: Record<string, string> = {};
      if (suffix.includes('{user_id}')) {
        values['user_id'] = await aUser(clerk, 'eve@example.com');
        const json = { user_id: values['user_id'], role: 'org:member' };
        await create(clerk, `/v1/organizations/${organization}/memberships`, json);
      }
      if (suffix.includes('{invitation_id}')) {
        const path = `POST /v1/organizations/${organization}/invitations`;
        values['invitation_id'] = await browser.create(path, invitation);
      }
      const end = suffix.replace(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '');
      const body = typeof form === 'function' ? await form(clerk, setup) : form;
      return {
        browser,
        path: `/v1/organizations/${organization}${end}`,
        ...(body === undefined ? {} : { form: body }),
      };
    },
  };
}

/** Organizations of the signed-in user. */
export const frontendOrganizationCases: readonly FrontendCase[] = [
  {
    route: 'POST /v1/organizations',
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => ({
      browser: (await aSignedInBrowser(clerk)).browser,
      form: { name: 'Acme' },
    }),
  },
  organizationCase('GET', ''),
  organizationCase('PATCH', '', { name: 'Acme Inc.' }),
  organizationCase('DELETE', ''),
  organizationCase('PUT', '/logo', anImage()),
  organizationCase('DELETE', '/logo'),
  organizationCase('GET', '/memberships'),
  organizationCase('POST', '/memberships', async (clerk) => ({
    user_id: await aUser(clerk, 'eve@example.com'),
    role: 'org:member',
  })),
  organizationCase('PATCH', '/memberships/{user_id}', { role: 'org:admin' }),
  organizationCase('DELETE', '/memberships/{user_id}'),
  organizationCase('POST', '/invitations', invitation),
  organizationCase('POST', '/invitations/bulk', invitation),
  organizationCase('GET', '/invitations'),
  organizationCase('GET', '/invitations/pending'),
  organizationCase('POST', '/invitations/{invitation_id}/revoke', {}),
  organizationCase('GET', '/roles'),
  organizationCase('GET', '/domains'),
  organizationCase('GET', '/membership_requests'),
  {
    route: 'DELETE /v1/me/organization_memberships/:id',
    published: '/me/organization_memberships/{organization_id}',
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser, organization } = await anOrganization(clerk);
      return { browser, path: `/v1/me/organization_memberships/${organization}` };
    },
  },
  {
    route: 'POST /v1/me/organization_invitations/:id/accept',
    published: '/me/organization_invitations/{invitation_id}/accept',
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      const { id } = await create(clerk, '/v1/organizations', { name: 'Acme' });
      const json = { ...invitation, email_address: 'ada@example.com' };
      const invited = await create(clerk, `/v1/organizations/${id}/invitations`, json);
      return { browser, path: `/v1/me/organization_invitations/${invited.id}/accept`, form: {} };
    },
  },
];
