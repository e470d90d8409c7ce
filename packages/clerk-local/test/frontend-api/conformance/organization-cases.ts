import type { ClerkLocal } from '../../../src/index.js';
import { anImage, aUser, create } from '../../backend-api/conformance/setup.js';
import {
  aSignedInBrowser,
  testCode,
  type BrowserClient,
  type Form,
} from '../support/browser-client.js';
import { suggested } from '../support/organizations.js';
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

const affiliation = { affiliation_email_address: 'admin@example.com' };

/** Describes a call below a domain of an organization. Its affiliation verification is prepared. */
function domainCase(method: string, suffix: string, form?: Form): FrontendCase {
  return {
    route: `${method} /v1/organizations/:id/domains/:domainId${suffix}`,
    published: `/organizations/{organization_id}/domains/{domain_id}${suffix}`,
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser, organization } = await anOrganization(clerk);
      const domains = `/v1/organizations/${organization}/domains`;
      const path = `${domains}/${await browser.create(`POST ${domains}`, { name: 'example.com' })}`;
      await browser.call(`POST ${path}/prepare_affiliation_verification`, affiliation);
      return { browser, path: `${path}${suffix}`, ...(form === undefined ? {} : { form }) };
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
  organizationCase('POST', '/domains', { name: 'example.com' }),
  organizationCase('POST', '/domains/bulk', { names: 'example.com' }),
  domainCase('GET', ''),
  domainCase('DELETE', ''),
  domainCase('POST', '/update_enrollment_mode', { enrollment_mode: 'automatic_suggestion' }),
  domainCase('POST', '/prepare_affiliation_verification', affiliation),
  domainCase('POST', '/attempt_affiliation_verification', { code: testCode }),
  domainCase('POST', '/prepare_ownership_verification', {}),
  domainCase('POST', '/attempt_ownership_verification', {}),
  ...['prepare', 'attempt'].map((step) =>
    organizationCase(
      'POST',
      `/domains/${step}_ownership_verification/bulk`,
      async (_clerk, { browser, organization }) => {
        const path = `POST /v1/organizations/${organization}/domains`;
        const organization_domain_ids = await browser.create(path, { name: 'example.com' });
        return { organization_domain_ids };
      },
    ),
  ),
  ...['accept', 'reject'].map((decision): FrontendCase => ({
    route: `POST /v1/organizations/:id/membership_requests/:requestId/${decision}`,
    published: `/organizations/{organization_id}/membership_requests/{request_id}/${decision}`,
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { admin, requests } = await suggested(clerk);
      const [path] = await requests();
      return { browser: admin, path: `${path}/${decision}`, form: {} };
    },
  })),
  {
    route: 'POST /v1/me/organization_suggestions/:id/accept',
    published: '/me/organization_suggestions/{suggestion_id}/accept',
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { eve, suggestion } = await suggested(clerk);
      return { browser: eve, path: `${suggestion}/accept`, form: {} };
    },
  },
  {
    route: 'DELETE /v1/me/organization_memberships/:id',
    published: '/me/organization_memberships/{organization_id}',
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser, organization } = await anOrganization(clerk);
      const json = { user_id: await aUser(clerk, 'eve@example.com'), role: 'org:admin' };
      await create(clerk, `/v1/organizations/${organization}/memberships`, json);
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
