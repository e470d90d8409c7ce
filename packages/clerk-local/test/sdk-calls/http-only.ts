import type { Operation } from '../../src/http/operations.js';

const noMethod = 'the SDK has no method for it';
const navigation = 'a navigation of the browser, not a call of clerk-js';

/** Why no SDK call exists for an operation that has a route. */
export const httpOnly: Readonly<Record<Operation['api'], Readonly<Record<string, string>>>> = {
  'Backend API': {
    'GET /v1/instance/communication': noMethod,
    'GET /v1/instance/protect': noMethod,
    'GET /v1/organization_domains': noMethod,
    'GET /v1/organization_invitations': noMethod,
    'GET /v1/organizations/{organization_id}/invitations/pending': `${noMethod}; it lists invitations with \`status\``,
    'GET /v1/templates/{template_type}': noMethod,
    'GET /v1/templates/{template_type}/{slug}': noMethod,
    'PATCH /v1/beta_features/instance_settings': noMethod,
    'PATCH /v1/instance/communication': noMethod,
    'PATCH /v1/instance/protect': noMethod,
    'POST /v1/email_addresses/{email_address_id}/attempt_verification': noMethod,
    'POST /v1/email_addresses/{email_address_id}/prepare_verification': noMethod,
    'POST /v1/organizations/{organization_id}/domains/{domain_id}/verify_ownership': noMethod,
    'POST /v1/phone_numbers/{phone_number_id}/attempt_verification': noMethod,
    'POST /v1/phone_numbers/{phone_number_id}/prepare_verification': noMethod,
    'POST /v1/templates/{template_type}/{slug}/preview': noMethod,
    'POST /v1/templates/{template_type}/{slug}/revert': noMethod,
    'POST /v1/templates/{template_type}/{slug}/toggle_delivery': noMethod,
    'POST /v1/users/ban': `${noMethod}; it bans one user at a time`,
    'POST /v1/users/unban': `${noMethod}; it unbans one user at a time`,
    'PUT /v1/templates/{template_type}/{slug}': noMethod,
  },
  'Frontend API': {
    'DELETE /v1/me/external_accounts/{external_account_id}/tokens': noMethod,
    'GET /.well-known/jwks.json': 'programs that verify tokens read it',
    'GET /v1/client/handshake': navigation,
    'GET /v1/health': noMethod,
    'GET /v1/me/email_addresses': `${noMethod}; it reads them with the user`,
    'GET /v1/me/phone_numbers': `${noMethod}; it reads them with the user`,
    'GET /v1/me/sessions': `${noMethod}; it lists active sessions`,
    'GET /v1/oauth_callback': navigation,
    'GET /v1/organizations/{organization_id}/invitations/pending': `${noMethod}; it lists invitations with \`status\``,
    'GET /v1/verify': navigation,
    'POST /v1/client': `${noMethod}; it creates clients with \`PUT\``,
    'POST /v1/oauth_callback': navigation,
    'POST /v1/organizations/{organization_id}/domains/bulk': noMethod,
    'POST /v1/organizations/{organization_id}/domains/{domain_id}/attempt_ownership_verification': `${noMethod}; it calls the one for several domains`,
    'POST /v1/organizations/{organization_id}/domains/{domain_id}/prepare_ownership_verification': `${noMethod}; it calls the one for several domains`,
  },
};
