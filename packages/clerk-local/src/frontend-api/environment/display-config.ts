import type { JsonObject } from './json.js';

/** The pages that a Clerk application can set here; an app's own settings come before them. */
const pages = {
  home_url: '',
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

/** Nobody is asked whether they are human: that would need the network. */
const captcha = {
  captcha_public_key: null,
  captcha_widget_type: null,
  captcha_public_key_invisible: null,
  captcha_provider: null,
  captcha_oauth_bypass: [],
  captcha_heartbeat: false,
};

/** How Clerk's components look. */
export function displayConfig(applicationName: string): JsonObject {
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
