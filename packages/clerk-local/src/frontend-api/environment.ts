import { Hono } from 'hono';
import { providerName } from './provider-page.js';
import type { Services } from '../domain/services/services.js';
import type { Features } from '../domain/shared/features.js';
import type { Settings } from '../domain/state/settings.js';
import { maxPasswordLength, minPasswordLength } from '../domain/users/password.js';

/** A part of the response. */
type JsonObject = Readonly<Record<string, unknown>>;

/** `/v1/environment`. clerk-js patches it to report its origin. clerk-local ignores that. */
export function environmentRoutes({
  applicationName,
  store,
  features,
}: Pick<Services, 'applicationName' | 'store' | 'features'>): Hono {
  const routes = new Hono();
  routes.on(['GET', 'PATCH'], '/', (context) => {
    return context.json(environment({ applicationName, settings: store.settings, features }));
  });
  return routes;
}

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

/** An identifier to which codes are sent. */
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
function attributes(features: Features): JsonObject {
  return {
    email_address: codeReceiver(emailStrategies(features), true),
    password: required,
    first_name: required,
    last_name: required,
    phone_number: features.has('phone_number') ? codeReceiver(['phone_code'], false) : off,
    username: features.has('username')
      ? { ...off, enabled: true, required: true, used_for_first_factor: true }
      : off,
    web3_wallet: off,
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
function authConfig(features: Features): JsonObject {
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
    identification_strategies: [...identifiers, ...features.strategies],
    first_factors: [
      ...emailStrategies(features),
      'password',
      ...(features.has('phone_number') ? ['phone_code'] : []),
      ...(features.has('passkey') ? ['passkey'] : []),
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
      api_enabled: false,
      trusted_device_sign_in_enabled: false,
      trusted_device_enrollment_prompt_after_sign_in_enabled: false,
      trusted_device_enrollment_prompt_after_sign_up_enabled: false,
    },
  };
}

/** Page URLs of the Clerk application. Empty: the app configures them itself. */
const pages = {
  sign_in_url: '',
  sign_up_url: '',
  user_profile_url: '',
  waitlist_url: '',
  oauth_consent_url: '',
  after_sign_in_url: '',
  after_sign_up_url: '',
  after_sign_out_one_url: '',
  after_sign_out_all_url: '',
  after_switch_session_url: '',
  after_join_waitlist_url: '',
  organization_profile_url: '',
  create_organization_url: '',
  after_leave_organization_url: '',
  after_create_organization_url: '',
  logo_link_url: '',
};

/** Bot protection is off, because it needs network access. */
const captcha = {
  captcha_public_key: null,
  captcha_widget_type: null,
  captcha_public_key_invisible: null,
  captcha_provider: null,
  captcha_oauth_bypass: [],
  captcha_heartbeat: false,
};

/** The settings of Clerk's components. */
function displayConfig(applicationName: string, homeUrl: string | null): JsonObject {
  return {
    object: 'display_config',
    id: 'display_config_local',
    instance_environment_type: 'development',
    application_name: applicationName,
    theme: {},
    preferred_sign_in_strategy: 'password',
    logo_image_url: null,
    favicon_image_url: null,
    ...pages,
    home_url: homeUrl ?? '',
    support_email: null,
    branded: false,
    experimental_force_oauth_first: false,
    clerk_js_version: null,
    show_devmode_warning: true,
    google_one_tap_client_id: null,
    help_url: null,
    privacy_policy_url: null,
    terms_url: null,
    logo_url: null,
    favicon_url: null,
    logo_image: null,
    favicon_image: null,
    ...captcha,
  };
}

const disabled = { enabled: false };

const passwordSettings = {
  // Checking for leaked passwords needs network access.
  disable_hibp: true,
  enforce_hibp_on_sign_in: false,
  disable_password_reverification: true,
  min_length: minPasswordLength,
  max_length: maxPasswordLength,
  require_special_char: false,
  require_numbers: false,
  require_uppercase: false,
  require_lowercase: false,
  show_zxcvbn: false,
  min_zxcvbn_strength: 0,
  allowed_special_characters: '',
};

/** The providers with which users sign in. */
function social(features: Features): JsonObject {
  return Object.fromEntries(
    features.strategies.map((strategy) => [
      strategy,
      {
        enabled: true,
        required: false,
        authenticatable: true,
        block_email_subaddresses: false,
        strategy,
        not_selectable: false,
        deprecated: false,
        name: providerName(strategy),
        logo_url: null,
      },
    ]),
  );
}

/** The sign-up and sign-in rules. */
function userSettings(settings: Settings, features: Features): JsonObject {
  return {
    attributes: attributes(features),
    social: social(features),
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
      allowlist: { enabled: settings.allowlist },
      blocklist: { enabled: settings.blocklist },
      allowlist_blocklist_disabled_on_sign_in: { enabled: settings.listsDisabledOnSignIn },
      block_email_subaddresses: { enabled: settings.blockEmailSubaddresses },
      block_disposable_email_domains: disabled,
    },
    password_settings: passwordSettings,
    username_settings: {
      min_length: null,
      max_length: null,
      allow_extended_special_characters: false,
      allow_numeric_usernames: false,
    },
    actions: {
      delete_self: true,
      create_organization: settings.organizationsEnabled,
      create_organizations_limit: null,
    },
    attack_protection: {
      user_lockout: { enabled: false, max_attempts: 100, duration_in_minutes: 60 },
      pii: disabled,
      email_link: { require_same_client: true },
      enumeration_protection: disabled,
    },
    passkey_settings: {
      allow_autofill: features.has('passkey'),
      show_sign_in_button: features.has('passkey'),
      satisfies_second_factor: features.has('passkey'),
    },
  };
}

function organizationSettings(settings: Settings, features: Features): JsonObject {
  return {
    enabled: settings.organizationsEnabled,
    max_allowed_memberships: settings.maxAllowedMemberships,
    actions: { admin_delete: settings.adminDeleteEnabled },
    domains: {
      enabled: settings.domainsEnabled,
      enrollment_modes: settings.domainsEnrollmentModes,
      default_role: settings.domainsDefaultRole,
    },
    // Clerk's document does not name it, but clerk-js reads it.
    ...(features.has('organization_required') ? { force_organization_selection: true } : {}),
    slug: { disabled: settings.slugDisabled },
    creator_role: settings.creatorRole,
  };
}

const billing = { enabled: false, has_paid_plans: false };

interface EnvironmentInput {
  /** Shown in Clerk's components, as in "Sign in to …". */
  readonly applicationName: string;
  readonly settings: Settings;
  readonly features: Features;
}

/**
 * Returns the settings of the instance (`Client.Environment` of the published OpenAPI document).
 * Email address, password, first name and last name are enabled, and the features.
 */
function environment({ applicationName, settings, features }: EnvironmentInput): JsonObject {
  return {
    auth_config: authConfig(features),
    display_config: displayConfig(applicationName, settings.homeUrl),
    user_settings: userSettings(settings, features),
    organization_settings: organizationSettings(settings, features),
    fraud_settings: {
      object: 'fraud_settings',
      native: { device_attestation_mode: 'disabled' },
    },
    commerce_settings: {
      billing: {
        stripe_publishable_key: null,
        free_trial_requires_payment_method: false,
        user: billing,
        organization: billing,
      },
    },
    api_keys_settings: {
      enabled: false,
      user_api_keys_enabled: false,
      orgs_api_keys_enabled: false,
    },
    protect_config: { loaders: [] },
    client_debug_mode: false,
    partitioned_cookies: false,
    maintenance_mode: false,
  };
}
