import { authConfig } from './auth-config.js';
import { displayConfig } from './display-config.js';
import type { JsonObject } from './json.js';
import { userSettings } from './user-settings.js';

const organizationSettings = {
  enabled: false,
  max_allowed_memberships: 0,
  actions: { admin_delete: false },
  domains: { enabled: false, enrollment_modes: [], default_role: '' },
  slug: { disabled: true },
  creator_role: '',
};

const billing = { enabled: false, has_paid_plans: false };

/**
 * The settings of the instance as the Frontend API shows them (`Client.Environment` of the
 * published OpenAPI document): email address, password, first and last name; nothing else is on.
 *
 * @param applicationName in the title of Clerk's components: "Sign in to …"
 */
export function environment(applicationName: string): JsonObject {
  return {
    auth_config: authConfig,
    display_config: displayConfig(applicationName),
    user_settings: userSettings,
    organization_settings: organizationSettings,
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
