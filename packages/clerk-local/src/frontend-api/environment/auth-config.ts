import type { JsonObject } from './json.js';

/** How one signs in: by an email address, with a password or a code, to one account at a time. */
export const authConfig: JsonObject = {
  object: 'auth_config',
  id: 'aac_local',
  first_name: 'required',
  last_name: 'required',
  email_address: 'required',
  phone_number: 'off',
  username: 'off',
  password: 'required',
  identification_requirements: [['email_address']],
  identification_strategies: ['email_address'],
  first_factors: ['email_code', 'password'],
  second_factors: [],
  email_address_verification_strategies: ['email_code'],
  single_session_mode: true,
  enhanced_email_deliverability: false,
  test_mode: true,
  url_based_session_syncing: true,
  claimed_at: null,
  reverification: false,
  native_settings: {
    object: 'native_settings',
    api_enabled: false,
    trusted_device_sign_in_enabled: false,
    trusted_device_enrollment_prompt_after_sign_in_enabled: false,
    trusted_device_enrollment_prompt_after_sign_up_enabled: false,
  },
};
