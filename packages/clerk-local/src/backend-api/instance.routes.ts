import { Hono } from 'hono';
import { z } from 'zod';
import type { Roles } from '../domain/organizations/roles.js';
import { flag, stringList, wholeNumber } from '../domain/shared/parameters.js';
import { settingsSchema, type Settings } from '../domain/state/settings.js';
import type { Store } from '../domain/state/store.js';
import { parseBody } from '../http/request.js';

const isOn = flag.nullish();
const text = z.string().nullish();

const instanceSchema = z.strictObject({
  test_mode: isOn,
  hibp: isOn,
  support_email: text,
  clerk_js_version: text,
  development_origin: text,
  allowed_origins: stringList.nullish(),
  cookieless_dev: isOn,
  url_based_session_syncing: isOn,
  preferred_sign_in_strategy_when_password_required: z.enum(['password', 'otp', '']).nullish(),
});

const restrictionsSchema = z.strictObject({
  allowlist: isOn,
  blocklist: isOn,
  allowlist_blocklist_disabled_on_sign_in: isOn,
  block_email_subaddresses: isOn,
  block_disposable_email_domains: isOn,
});

const organizationSettingsSchema = z.strictObject({
  enabled: isOn,
  max_allowed_memberships: wholeNumber.nullish(),
  admin_delete_enabled: isOn,
  domains_enabled: isOn,
  slug_disabled: isOn,
  domains_enrollment_modes: stringList
    .pipe(settingsSchema.shape.domainsEnrollmentModes.unwrap())
    .nullish(),
  creator_role_id: text,
  domains_default_role_id: text,
});

const protectSchema = z.strictObject({ rules_enabled: isOn, specter_enabled: isOn });
const communicationSchema = z.strictObject({
  blocked_country_codes: stringList.pipe(z.array(z.string()).max(250)).nullish(),
});
const authConfigSchema = z.strictObject({
  restricted_to_allowlist: isOn,
  from_email_address: text,
  progressive_sign_up: isOn,
  test_mode: isOn,
});

export interface InstanceRoutesOptions {
  readonly store: Store;
  readonly roles: Roles;
  readonly instanceId: string;
}

/** `/v1/instance`: the settings of the instance. The Frontend API's environment shows them. */
export function instanceRoutes({ store, roles, instanceId }: InstanceRoutesOptions): Hono {
  const routes = new Hono();
  const save = change(store);
  routes.get('/', (context) => {
    return context.json({
      object: 'instance',
      id: instanceId,
      environment_type: 'development',
      allowed_origins: store.settings.allowedOrigins,
      workspace_id: null,
    });
  });
  routes.patch('/', async (context) => {
    const fields = await parseBody(context, instanceSchema);
    await save({
      testMode: fields.test_mode,
      hibp: fields.hibp,
      supportEmail: fields.support_email,
      clerkJsVersion: fields.clerk_js_version,
      developmentOrigin: fields.development_origin,
      allowedOrigins: fields.allowed_origins,
      cookielessDev: fields.cookieless_dev,
      urlBasedSessionSyncing: fields.url_based_session_syncing,
      preferredSignInStrategy:
        fields.preferred_sign_in_strategy_when_password_required === ''
          ? undefined
          : fields.preferred_sign_in_strategy_when_password_required,
    });
    return context.body(null, 204);
  });
  routes.patch('/restrictions', async (context) => {
    const fields = await parseBody(context, restrictionsSchema);
    await save({
      allowlist: fields.allowlist,
      blocklist: fields.blocklist,
      listsDisabledOnSignIn: fields.allowlist_blocklist_disabled_on_sign_in,
      blockEmailSubaddresses: fields.block_email_subaddresses,
      blockDisposableEmailDomains: fields.block_disposable_email_domains,
    });
    return context.json(restrictions(store.settings));
  });
  routes.get('/organization_settings', (context) => {
    return context.json(organizationSettings(store.settings));
  });
  routes.patch('/organization_settings', async (context) => {
    const fields = await parseBody(context, organizationSettingsSchema);
    await save({
      organizationsEnabled: fields.enabled,
      maxAllowedMemberships: fields.max_allowed_memberships,
      adminDeleteEnabled: fields.admin_delete_enabled,
      domainsEnabled: fields.domains_enabled,
      slugDisabled: fields.slug_disabled,
      domainsEnrollmentModes: fields.domains_enrollment_modes,
      creatorRole: fields.creator_role_id && roles.get(fields.creator_role_id).key,
      domainsDefaultRole:
        fields.domains_default_role_id && roles.get(fields.domains_default_role_id).key,
    });
    return context.json(organizationSettings(store.settings));
  });
  routes.get('/protect', (context) => context.json(protect(store.settings)));
  routes.patch('/protect', async (context) => {
    const fields = await parseBody(context, protectSchema);
    await save({ rulesEnabled: fields.rules_enabled, specterEnabled: fields.specter_enabled });
    return context.json(protect(store.settings));
  });
  routes.get('/communication', (context) => context.json(communication(store.settings)));
  routes.patch('/communication', async (context) => {
    const fields = await parseBody(context, communicationSchema);
    await save({ blockedCountryCodes: fields.blocked_country_codes });
    return context.json(communication(store.settings));
  });
  return routes;
}

/** `PATCH /v1/beta_features/instance_settings`: settings for sign-ups and email. */
export function betaFeaturesRoutes({ store, instanceId }: InstanceRoutesOptions): Hono {
  const routes = new Hono();
  routes.patch('/instance_settings', async (context) => {
    const fields = await parseBody(context, authConfigSchema);
    await change(store)({
      allowlist: fields.restricted_to_allowlist,
      fromEmailAddress: fields.from_email_address,
      progressiveSignUp: fields.progressive_sign_up,
      testMode: fields.test_mode,
    });
    const { allowlist, fromEmailAddress, progressiveSignUp } = store.settings;
    return context.json({
      object: 'instance_settings',
      id: instanceId,
      restricted_to_allowlist: allowlist,
      from_email_address: fromEmailAddress,
      progressive_sign_up: progressiveSignUp,
      enhanced_email_deliverability: false,
    });
  });
  return routes;
}

type SettingsChange = { [Name in keyof Settings]?: Settings[Name] | null | undefined };

/** Returns a function that applies the settings that are given. `null` keeps the old value. */
function change(store: Store): (fields: SettingsChange) => Promise<void> {
  return async (fields) => {
    const given = Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== null && value !== '',
    );
    store.settings = settingsSchema.parse({ ...store.settings, ...Object.fromEntries(given) });
    await store.commit();
  };
}

function restrictions(settings: Settings): object {
  return {
    object: 'instance_restrictions',
    allowlist: settings.allowlist,
    blocklist: settings.blocklist,
    allowlist_blocklist_disabled_on_sign_in: settings.listsDisabledOnSignIn,
    block_email_subaddresses: settings.blockEmailSubaddresses,
    block_disposable_email_domains: settings.blockDisposableEmailDomains,
  };
}

function organizationSettings(settings: Settings): object {
  return {
    object: 'organization_settings',
    enabled: settings.organizationsEnabled,
    max_allowed_memberships: settings.maxAllowedMemberships,
    max_allowed_roles: 10,
    max_allowed_domains: 10,
    max_allowed_permissions: 50,
    creator_role: settings.creatorRole,
    admin_delete_enabled: settings.adminDeleteEnabled,
    domains_enabled: settings.domainsEnabled,
    slug_disabled: settings.slugDisabled,
    domains_enrollment_modes: settings.domainsEnrollmentModes,
    domains_default_role: settings.domainsDefaultRole,
  };
}

function protect({ rulesEnabled, specterEnabled }: Settings): object {
  return {
    object: 'instance_protect',
    rules_enabled: rulesEnabled,
    specter_enabled: specterEnabled,
    checks_bypassed: false,
  };
}

function communication({ blockedCountryCodes }: Settings): object {
  return { object: 'instance_communication', blocked_country_codes: blockedCountryCodes };
}
