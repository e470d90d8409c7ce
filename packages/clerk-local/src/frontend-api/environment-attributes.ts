import type { Features } from '../domain/shared/features.js';

/** A part of the response of `/v1/environment`. */
export type JsonObject = Readonly<Record<string, unknown>>;

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

/** Required, because Clerk's progressive sign-up form hides optional fields. */
const required = { ...off, enabled: true, required: true };

/** Users may add it in their profile. */
function secondFactor(strategy: 'totp' | 'backup_code'): JsonObject {
  return { ...off, enabled: true, used_for_second_factor: true, second_factors: [strategy] };
}

/** An identifier that receives codes. */
function codeReceiver(strategies: readonly string[], isRequired: boolean): JsonObject {
  return {
    ...off,
    enabled: true,
    required: isRequired,
    used_for_first_factor: true,
    first_factors: strategies,
    verifications: strategies,
    verify_at_sign_up: true,
  };
}

/** How an email address is verified. */
function emailStrategies(features: Features): readonly string[] {
  return features.has('email_link') ? ['email_link', 'email_code'] : ['email_code'];
}

/** The user attributes, and which of them can be used to sign in. */
export function attributes(features: Features): JsonObject {
  return {
    email_address: codeReceiver(emailStrategies(features), true),
    password: required,
    first_name: required,
    last_name: required,
    phone_number: features.has('phone_number') ? codeReceiver(['phone_code'], false) : off,
    username: features.has('username')
      ? { ...off, enabled: true, required: true, used_for_first_factor: true }
      : off,
    web3_wallet:
      features.walletStrategies.length > 0
        ? {
            ...off,
            enabled: true,
            used_for_first_factor: true,
            first_factors: features.walletStrategies,
            verifications: features.walletStrategies,
          }
        : off,
    authenticator_app: secondFactor('totp'),
    ticket: off,
    backup_code: secondFactor('backup_code'),
    passkey: features.has('passkey')
      ? {
          ...off,
          enabled: true,
          used_for_first_factor: true,
          first_factors: ['passkey'],
          verifications: ['passkey'],
        }
      : off,
  };
}

/** Sign-in by email address, with a password or a code. */
export function authConfig(features: Features): JsonObject {
  const identifiers = [
    'email_address',
    ...(['phone_number', 'username'] as const).filter((each) => features.has(each)),
  ];
  return {
    object: 'auth_config',
    id: 'aac_local',
    first_name: 'required',
    last_name: 'required',
    email_address: 'required',
    phone_number: features.has('phone_number') ? 'on' : 'off',
    username: features.has('username') ? 'required' : 'off',
    password: 'required',
    identification_requirements: [['email_address']],
    identification_strategies: [
      ...identifiers,
      ...features.walletStrategies,
      ...features.strategies,
    ],
    first_factors: [
      ...emailStrategies(features),
      'password',
      ...(features.has('phone_number') ? ['phone_code'] : []),
      ...(features.has('passkey') ? ['passkey'] : []),
      ...features.walletStrategies,
      ...features.strategies,
    ],
    second_factors: ['totp', 'backup_code'],
    email_address_verification_strategies: emailStrategies(features),
    single_session_mode: !features.has('multi_session'),
    enhanced_email_deliverability: false,
    test_mode: true,
    url_based_session_syncing: true,
    claimed_at: null,
    reverification: features.has('reverification'),
    native_settings: {
      object: 'native_settings',
      api_enabled: features.has('trusted_device'),
      trusted_device_sign_in_enabled: features.has('trusted_device'),
      trusted_device_enrollment_prompt_after_sign_in_enabled: false,
      trusted_device_enrollment_prompt_after_sign_up_enabled: false,
    },
  };
}
