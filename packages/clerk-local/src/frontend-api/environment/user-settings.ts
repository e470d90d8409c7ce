import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../../users/password.js';
import { attributes } from './attributes.js';
import type { JsonObject } from './json.js';

const disabled = { enabled: false };

const passwordSettings = {
  // Asking whether a password has leaked would need the network.
  disable_hibp: true,
  enforce_hibp_on_sign_in: false,
  disable_password_reverification: true,
  min_length: MIN_PASSWORD_LENGTH,
  max_length: MAX_PASSWORD_LENGTH,
  require_special_char: false,
  require_numbers: false,
  require_uppercase: false,
  require_lowercase: false,
  show_zxcvbn: false,
  min_zxcvbn_strength: 0,
  allowed_special_characters: '',
};

/** Who may sign up, and how. */
export const userSettings: JsonObject = {
  attributes,
  social: {},
  saml: disabled,
  enterprise_sso: disabled,
  sign_in: { second_factor: { required: false } },
  sign_up: {
    captcha_enabled: false,
    captcha_widget_type: 'invisible',
    custom_action_required: false,
    progressive: true,
    mode: 'public',
    legal_consent_enabled: false,
  },
  restrictions: {
    allowlist: disabled,
    blocklist: disabled,
    allowlist_blocklist_disabled_on_sign_in: disabled,
    block_email_subaddresses: disabled,
    block_disposable_email_domains: disabled,
  },
  password_settings: passwordSettings,
  username_settings: {
    min_length: null,
    max_length: null,
    allow_extended_special_characters: false,
    allow_numeric_usernames: false,
  },
  actions: { delete_self: true, create_organization: false, create_organizations_limit: null },
  attack_protection: {
    user_lockout: { enabled: false, max_attempts: 100, duration_in_minutes: 60 },
    pii: disabled,
    email_link: { require_same_client: true },
    enumeration_protection: disabled,
  },
  passkey_settings: {
    allow_autofill: false,
    show_sign_in_button: false,
    satisfies_second_factor: false,
  },
};
