import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/**
 * The statuses of the error codes that clerk-local sends, by Clerk's published indexes of the errors of
 * both APIs (clerk.com/docs/guides/development/errors).
 */
const published: Readonly<Record<string, readonly number[]>> = {
  account_transfer_invalid: [400],
  already_a_member_in_organization: [400],
  authentication_invalid: [401],
  bulk_size_exceeded: [400],
  clerk_key_invalid: [401],
  client_state_invalid: [400],
  duplicate_record: [400],
  form_code_incorrect: [422],
  form_data_missing: [422],
  form_disable_default_second_factor_not_allowed: [422],
  form_identifier_exists: [422],
  form_identifier_not_found: [422],
  form_incorrect_signature: [422],
  form_param_array_size_exceeded: [422],
  form_param_deprecated: [422],
  form_param_duplicate: [422],
  form_param_exceeds_allowed_size: [422],
  form_param_format_invalid: [422],
  form_param_invalid_time: [422],
  form_param_max_length_exceeded: [422],
  form_param_min_length_exceeded: [422],
  // 400 for a missing image.
  form_param_missing: [422, 400],
  form_param_unknown: [422],
  form_param_value_invalid: [422],
  form_password_length_too_long: [422],
  form_password_length_too_short: [422],
  form_username_invalid_character: [422],
  form_username_needs_non_number_char: [422],
  identification_update_second_factor_unverified: [400],
  identifier_already_signed_in: [400],
  image_too_large: [413],
  incorrect_password: [422],
  invalid_proxy_configuration: [422],
  missing_organization_permission: [403],
  no_password_set: [400],
  not_allowed_access: [403],
  oauth_account_already_connected: [400],
  oauth_callback_invalid: [400],
  operation_not_allowed_on_primary_domain: [403],
  organization_creator_not_found: [400],
  organization_domain_already_exists: [422],
  organization_domain_enrollment_mode_not_enabled: [403],
  organization_domain_mismatch: [422],
  organization_invitation_not_pending: [404],
  organization_membership_quota_exceeded: [403],
  organization_minimum_permissions_needed: [400],
  organization_system_permission_not_modifiable: [403],
  origin_missing: [400],
  passkey_invalid_verification: [400],
  passkey_not_registered: [404],
  request_body_invalid: [400],
  required_variable_missing: [422],
  resource_not_found: [404],
  session_exists: [400],
  session_reverification_missing: [400],
  session_reverification_required: [403],
  sign_up_cannot_be_updated: [403],
  sign_up_restricted_waitlist: [403],
  svix_app_exists: [400],
  totp_disabled: [400],
  user_create_organization_not_enabled: [403],
  user_delete_self_not_enabled: [403],
  verification_already_verified: [400],
  verification_expired: [400],
  verification_missing: [400],
};

/**
 * Codes that the indexes do not have: Clerk's SDKs and components know the first five, the others are
 * clerk-local's own.
 */
const unpublished = [
  'dev_browser_unauthenticated',
  'form_password_compromised',
  'form_password_incorrect',
  'identification_deletion_failed',
  'passkey_already_exists',
  'invalid_url',
  'not_emulated',
  'proxy_request_invalid',
  'publishable_key_missing',
  'role_set_replace_with_itself',
  'svix_app_missing',
  'token_invalid',
];

const source = path.join(import.meta.dirname, '../../src');

test('errors have the codes and statuses of Clerk’s published indexes', () => {
  const sent = sentErrors();
  expect(sent.length).toBeGreaterThan(Object.keys(published).length);
  const unknown = sent.filter(
    ({ status, code }) => published[code]?.includes(status) !== true && !unpublished.includes(code),
  );
  expect(unknown).toEqual([]);
  const codes = new Set(sent.map(({ code }) => code));
  expect([...Object.keys(published), ...unpublished].filter((code) => !codes.has(code))).toEqual(
    [],
  );
});

/** The errors that the source creates with a literal code. */
function sentErrors(): { readonly status: number; readonly code: string }[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(path.join(source, file), 'utf8');
      return [
        ...[...text.matchAll(/new ClerkApiError\(\s*(\d{3}),\s*'(\w+)'/g)].map(
          ([, status, code = '']) => ({ status: Number(status), code }),
        ),
        ...[...text.matchAll(/invalidParameter\(\s*[^,()]+,\s*'(\w+)'/g)].map(([, code = '']) => ({
          status: 422,
          code,
        })),
      ];
    });
}
