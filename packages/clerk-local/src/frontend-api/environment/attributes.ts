import type { JsonObject } from './json.js';

const off = {
  enabled: false,
  required: false,
  used_for_first_factor: false,
  first_factors: [],
  used_for_second_factor: false,
  second_factors: [],
  verifications: [],
  verify_at_sign_up: false,
  immutable: false,
};

/** Required, and not only enabled: Clerk's progressive form hides what is optional. */
const required = { ...off, enabled: true, required: true };

/** What is known of a user, and what of it signs in. */
export const attributes: JsonObject = {
  email_address: {
    ...required,
    used_for_first_factor: true,
    first_factors: ['email_code'],
    verifications: ['email_code'],
    verify_at_sign_up: true,
  },
  password: required,
  first_name: required,
  last_name: required,
  phone_number: off,
  username: off,
  web3_wallet: off,
  authenticator_app: off,
  ticket: off,
  backup_code: off,
  passkey: off,
};
