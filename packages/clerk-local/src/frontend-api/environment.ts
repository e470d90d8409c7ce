import { Hono } from 'hono';
import { attributes, authConfig, type JsonObject } from './environment-attributes.js';
import { providerName } from './provider-page.js';
import type { Services } from '../domain/services/services.js';
import type { Features } from '../domain/shared/features.js';
import type { Settings } from '../domain/state/settings.js';
import { isLoopbackUrl } from '../http/hosts.js';
import { requestOrigin } from '../http/request.js';
import { maxPasswordLength, minPasswordLength } from '../domain/users/password.js';

/**
 * `/v1/environment`. clerk-js patches it from pages of an application. This is how Clerk learns where
 * a browser's application is, to which the Account Portal leads back.
 */
export function environmentRoutes({
  applicationName,
  store,
  features,
  portalUrl,
  clients,
}: Pick<Services, 'applicationName' | 'store' | 'features' | 'portalUrl' | 'clients'>): Hono {
  const routes = new Hono();
  routes.on(['GET', 'PATCH'], '/', async (context) => {
    const client = clients.find(context.req.query('__clerk_db_jwt'));
    const home = requestOrigin(context) ?? '';
    const isApplication = isLoopbackUrl(home) && home !== new URL(context.req.url).origin;
    if (context.req.method === 'PATCH' && client && isApplication && home !== client.homeOrigin) {
      await clients.update(client, { homeOrigin: home });
    }
    const { settings } = store;
    return context.json(environment({ applicationName, settings, features, portalUrl }));
  });
  return routes;
}

/** The pages of the Account Portal, to which SDKs lead unless the application names its own. */
function portalPages(portalUrl: (path: string) => string): JsonObject {
  const back = portalUrl('/default-redirect');
  return {
    sign_in_url: portalUrl('/sign-in'),
    sign_up_url: portalUrl('/sign-up'),
    user_profile_url: portalUrl('/user'),
    waitlist_url: portalUrl('/waitlist'),
    // OAuth applications are not emulated.
    oauth_consent_url: '',
    after_sign_in_url: back,
    after_sign_up_url: back,
    after_sign_out_one_url: portalUrl('/sign-in/choose'),
    after_sign_out_all_url: portalUrl('/sign-in'),
    after_switch_session_url: back,
    after_join_waitlist_url: back,
    organization_profile_url: portalUrl('/organization'),
    create_organization_url: portalUrl('/create-organization'),
    after_leave_organization_url: back,
    after_create_organization_url: back,
    logo_link_url: back,
  };
}

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
function displayConfig({ applicationName, settings, portalUrl }: EnvironmentInput): JsonObject {
  return {
    object: 'display_config',
    id: 'display_config_local',
    instance_environment_type: 'development',
    application_name: applicationName,
    theme: {},
    preferred_sign_in_strategy: 'password',
    logo_image_url: null,
    favicon_image_url: null,
    ...portalPages(portalUrl),
    home_url: settings.homeUrl ?? portalUrl('/default-redirect'),
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
      mode: features.has('waitlist') ? 'waitlist' : 'public',
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
  /** Returns the URL of a page of the Account Portal. */
  readonly portalUrl: (path: string) => string;
}

/**
 * Returns the settings of the instance (`Client.Environment` of the published OpenAPI document).
 * Email address, password, first name and last name are enabled, and the features.
 */
function environment(input: EnvironmentInput): JsonObject {
  const { settings, features } = input;
  return {
    auth_config: authConfig(features),
    display_config: displayConfig(input),
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
