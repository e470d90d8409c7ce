import type { ClerkLocal } from '../../../src/index.js';
import { totpCode } from '../../../src/domain/users/totp.js';
import { ada, BrowserClient } from '../../frontend-api/support/browser-client.js';
import { aUser, create, succeeds, type ConformanceCase } from './setup.js';

async function anEntry(clerk: ClerkLocal): Promise<{ waitlist_entry_id: string }> {
  const { id } = await create(clerk, '/v1/waitlist_entries', { email_address: 'ada@example.com' });
  return { waitlist_entry_id: id };
}

async function aDomain(clerk: ClerkLocal): Promise<{ domain_id: string }> {
  const json = { name: 'satellite.example.com', is_satellite: true };
  return { domain_id: (await create(clerk, '/v1/domains', json)).id };
}

/** Settings of the instance, domains and the waitlist. */
export const instanceCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/instance'),
  { ...succeeds('PATCH /v1/instance', () => Promise.resolve({ json: {} })), status: 204 },
  succeeds('PATCH /v1/instance/restrictions', () => Promise.resolve({ json: { allowlist: true } })),
  succeeds('GET /v1/instance/organization_settings'),
  succeeds('PATCH /v1/instance/organization_settings', () =>
    Promise.resolve({ json: { max_allowed_memberships: 7 } }),
  ),
  succeeds('GET /v1/instance/protect'),
  succeeds('PATCH /v1/instance/protect', () => Promise.resolve({ json: { rules_enabled: true } })),
  succeeds('GET /v1/instance/communication'),
  succeeds('PATCH /v1/instance/communication', () =>
    Promise.resolve({ json: { blocked_country_codes: ['XX'] } }),
  ),
  succeeds('PATCH /v1/beta_features/instance_settings', () =>
    Promise.resolve({ json: { progressive_sign_up: false } }),
  ),
  succeeds('GET /v1/domains', aDomain),
  succeeds('POST /v1/domains', () =>
    Promise.resolve({ json: { name: 'satellite.example.com', is_satellite: true } }),
  ),
  succeeds('PATCH /v1/domains/{domain_id}', async (clerk) => ({
    ...(await aDomain(clerk)),
    json: { proxy_url: 'https://satellite.example.com/__clerk' },
  })),
  succeeds('DELETE /v1/domains/{domain_id}', aDomain),
  ...['POST /v1/instance/change_domain', 'PUT /v1/beta_features/domain'].map((route) => ({
    ...succeeds(route, () => Promise.resolve({ json: { home_url: 'https://example.com' } })),
    status: 202,
  })),
  succeeds('POST /v1/proxy_checks', async (clerk) => ({
    json: { ...(await aDomain(clerk)), proxy_url: `${clerk.url}/__clerk` },
  })),
  succeeds('GET /v1/waitlist_entries', anEntry),
  succeeds('POST /v1/waitlist_entries', () =>
    Promise.resolve({ json: { email_address: 'ada@example.com' } }),
  ),
  succeeds('POST /v1/waitlist_entries/bulk', () =>
    Promise.resolve({ json: [{ email_address: 'ada@example.com' }] }),
  ),
  succeeds('DELETE /v1/waitlist_entries/{waitlist_entry_id}', anEntry),
  succeeds('POST /v1/waitlist_entries/{waitlist_entry_id}/invite', anEntry),
  succeeds('POST /v1/waitlist_entries/{waitlist_entry_id}/reject', anEntry),
];

async function aClient(clerk: ClerkLocal): Promise<{ client_id: string; token: string }> {
  await clerk.users.create(ada);
  const browser = await BrowserClient.register(clerk);
  const sessionId = await browser.signIn();
  const [user] = await clerk.users.list();
  const response = await fetch(`${clerk.url}/v1/sessions/${sessionId}`, {
    headers: { authorization: `Bearer ${clerk.secretKey}` },
  });
  const { client_id } = (await response.json()) as { client_id: string };
  return { client_id, token: await clerk.sessionToken({ userId: user?.id ?? '', sessionId }) };
}

async function aSignUp(clerk: ClerkLocal): Promise<{ id: string }> {
  const path = await (await BrowserClient.register(clerk)).startSignUp();
  return { id: path.split('/').at(-1) ?? '' };
}

/** Browsers and their sign-ups. */
export const clientCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/clients', aClient),
  succeeds('GET /v1/clients/{client_id}', aClient),
  succeeds('POST /v1/clients/verify', async (clerk) => ({
    json: { token: (await aClient(clerk)).token },
  })),
  succeeds('GET /v1/sign_ups/{id}', aSignUp),
  succeeds('PATCH /v1/sign_ups/{id}', async (clerk) => ({
    ...(await aSignUp(clerk)),
    json: { external_id: 'ext_1', custom_action: true },
  })),
];

const secret = 'JBSWY3DPEHPK3PXP';

async function aUserWithTotp(clerk: ClerkLocal): Promise<{ user_id: string }> {
  const { id } = await create(clerk, '/v1/users', {
    email_address: ['ada@example.com'],
    password: 'correct horse',
    totp_secret: secret,
    backup_codes: ['a-code'],
  });
  return { user_id: id };
}

const emailOf = async (clerk: ClerkLocal): Promise<{ email_address_id: string }> => {
  const user_id = await aUser(clerk);
  const json = { user_id, email_address: 'countess@example.com' };
  return { email_address_id: (await create(clerk, '/v1/email_addresses', json)).id };
};
const phoneOf = async (clerk: ClerkLocal): Promise<{ phone_number_id: string }> => {
  const user_id = await aUser(clerk);
  const json = { user_id, phone_number: '+15555550100' };
  return { phone_number_id: (await create(clerk, '/v1/phone_numbers', json)).id };
};
const prepared = async (clerk: ClerkLocal, path: string): Promise<object> => ({
  verification_id: (await create(clerk, `${path}/prepare_verification`, {})).id,
  code: '424242',
});

/** Second factors, verification by a server, and replaced identifications. */
export const verificationCases: readonly ConformanceCase[] = [
  succeeds('POST /v1/users/{user_id}/verify_totp', async (clerk) => ({
    ...(await aUserWithTotp(clerk)),
    json: { code: totpCode(secret, Date.now()) },
  })),
  ...['mfa', 'totp', 'backup_code'].map((factor) =>
    succeeds(`DELETE /v1/users/{user_id}/${factor}`, aUserWithTotp),
  ),
  ...['set', 'unset'].map((action) =>
    succeeds(`POST /v1/users/{user_id}/password/${action}_compromised`, aUserWithTotp),
  ),
  succeeds('POST /v1/email_addresses/{email_address_id}/prepare_verification', emailOf),
  succeeds('POST /v1/email_addresses/{email_address_id}/attempt_verification', async (clerk) => {
    const { email_address_id } = await emailOf(clerk);
    const json = await prepared(clerk, `/v1/email_addresses/${email_address_id}`);
    return { email_address_id, json };
  }),
  succeeds('POST /v1/phone_numbers/{phone_number_id}/prepare_verification', phoneOf),
  succeeds('POST /v1/phone_numbers/{phone_number_id}/attempt_verification', async (clerk) => {
    const { phone_number_id } = await phoneOf(clerk);
    const json = await prepared(clerk, `/v1/phone_numbers/${phone_number_id}`);
    return { phone_number_id, json };
  }),
  succeeds('PUT /v1/users/{user_id}/email_address', async (clerk) => ({
    user_id: await aUser(clerk),
    json: { email_address: 'countess@example.com' },
  })),
  succeeds('PUT /v1/users/{user_id}/phone_number', async (clerk) => ({
    user_id: await aUser(clerk),
    json: { phone_number: '+15555550100' },
  })),
];
