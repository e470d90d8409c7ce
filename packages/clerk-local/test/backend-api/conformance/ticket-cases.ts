import type { ClerkLocal } from '../../../src/index.js';
import { aUser, create, succeeds, type ConformanceCase } from './setup.js';

async function withId(
  clerk: ClerkLocal,
  name: string,
  path: string,
  json: unknown,
): Promise<Record<string, string>> {
  return { [name]: (await create(clerk, path, json)).id };
}

const anInvitation = (clerk: ClerkLocal): Promise<Record<string, string>> =>
  withId(clerk, 'invitation_id', '/v1/invitations', { email_address: 'ada@example.com' });

/** Testing tokens, sign-in tokens, actor tokens and invitations. */
export const ticketCases: readonly ConformanceCase[] = [
  succeeds('POST /v1/testing_tokens'),
  succeeds('POST /v1/sign_in_tokens', async (clerk) => ({ json: { user_id: await aUser(clerk) } })),
  succeeds('POST /v1/sign_in_tokens/{sign_in_token_id}/revoke', async (clerk) =>
    withId(clerk, 'sign_in_token_id', '/v1/sign_in_tokens', { user_id: await aUser(clerk) }),
  ),
  succeeds('POST /v1/actor_tokens', async (clerk) => ({
    json: { user_id: await aUser(clerk), actor: { sub: 'user_admin' } },
  })),
  succeeds('POST /v1/actor_tokens/{actor_token_id}/revoke', async (clerk) =>
    withId(clerk, 'actor_token_id', '/v1/actor_tokens', {
      user_id: await aUser(clerk),
      actor: { sub: 'user_admin' },
    }),
  ),
  succeeds('POST /v1/invitations', () =>
    Promise.resolve({ json: { email_address: 'ada@example.com', public_metadata: { a: 1 } } }),
  ),
  succeeds('POST /v1/invitations/bulk', () =>
    Promise.resolve({ json: [{ email_address: 'ada@example.com' }] }),
  ),
  succeeds('GET /v1/invitations', anInvitation),
  succeeds('POST /v1/invitations/{invitation_id}/revoke', anInvitation),
];

const anEmail = async (clerk: ClerkLocal): Promise<Record<string, string>> =>
  withId(clerk, 'email_address_id', '/v1/email_addresses', {
    user_id: await aUser(clerk),
    email_address: 'countess@example.com',
  });

const aPhone = async (clerk: ClerkLocal): Promise<Record<string, string>> =>
  withId(clerk, 'phone_number_id', '/v1/phone_numbers', {
    user_id: await aUser(clerk),
    phone_number: '+15555550100',
  });

/** Email addresses and phone numbers. */
export const identificationCases: readonly ConformanceCase[] = [
  succeeds('POST /v1/email_addresses', async (clerk) => ({
    json: { user_id: await aUser(clerk), email_address: 'countess@example.com', verified: true },
  })),
  succeeds('GET /v1/email_addresses/{email_address_id}', anEmail),
  succeeds('PATCH /v1/email_addresses/{email_address_id}', async (clerk) => ({
    ...(await anEmail(clerk)),
    json: { verified: true, primary: true },
  })),
  succeeds('DELETE /v1/email_addresses/{email_address_id}', anEmail),
  succeeds('POST /v1/phone_numbers', async (clerk) => ({
    json: { user_id: await aUser(clerk), phone_number: '+1 555 555 0100', verified: true },
  })),
  succeeds('GET /v1/phone_numbers/{phone_number_id}', aPhone),
  succeeds('PATCH /v1/phone_numbers/{phone_number_id}', async (clerk) => ({
    ...(await aPhone(clerk)),
    json: { verified: true },
  })),
  succeeds('DELETE /v1/phone_numbers/{phone_number_id}', aPhone),
];

const template = { name: 'hasura', claims: { mail: '{{user.primary_email_address}}' } };

const aTemplate = (clerk: ClerkLocal): Promise<Record<string, string>> =>
  withId(clerk, 'template_id', '/v1/jwt_templates', template);

const aRedirect = (clerk: ClerkLocal): Promise<Record<string, string>> =>
  withId(clerk, 'id', '/v1/redirect_urls', { url: 'https://example.com' });

/** JWT templates, redirect URLs, allow-list and block-list. */
export const settingsCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/jwt_templates', aTemplate),
  succeeds('POST /v1/jwt_templates', () => Promise.resolve({ json: template })),
  succeeds('GET /v1/jwt_templates/{template_id}', aTemplate),
  succeeds('PATCH /v1/jwt_templates/{template_id}', async (clerk) => ({
    ...(await aTemplate(clerk)),
    json: { ...template, lifetime: 120 },
  })),
  succeeds('DELETE /v1/jwt_templates/{template_id}', aTemplate),
  succeeds('POST /v1/sessions/{session_id}/tokens/{template_name}', async (clerk) => {
    await aTemplate(clerk);
    const { id } = await clerk.createSession(await aUser(clerk));
    return { session_id: id, template_name: 'hasura' };
  }),
  succeeds('GET /v1/redirect_urls', aRedirect),
  succeeds('POST /v1/redirect_urls', () =>
    Promise.resolve({ json: { url: 'https://example.com' } }),
  ),
  succeeds('GET /v1/redirect_urls/{id}', aRedirect),
  succeeds('DELETE /v1/redirect_urls/{id}', aRedirect),
  ...['allowlist', 'blocklist'].flatMap((list) => {
    const json = { identifier: 'ada@example.com' };
    const arrange = (clerk: ClerkLocal): Promise<Record<string, string>> =>
      withId(clerk, 'identifier_id', `/v1/${list}_identifiers`, json);
    return [
      succeeds(`GET /v1/${list}_identifiers`, arrange),
      succeeds(`POST /v1/${list}_identifiers`, () => Promise.resolve({ json })),
      succeeds(`DELETE /v1/${list}_identifiers/{identifier_id}`, arrange),
    ];
  }),
];
