import { ConfigurableModuleBuilder, type ControllerOptions } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Clock } from '../core/clock.js';
import type { InfrastructureLog } from '../core/log.js';
import type { SyncMetrics } from '../core/sync-metrics.js';
import type { CachedSessionVerifier } from '../infrastructure/cache/cached-session-verifier.js';
import type { KnownRequest } from '../infrastructure/cache/cached-authenticator.js';
import type { ClerkUserTable } from '../infrastructure/postgres/clerk-columns.js';
import type { ClerkSettings, ClerkSyncOptions } from '../options.js';
import { ClerkAuthGuard } from '../presentation/clerk-auth.guard.js';
import { webhookControllerAt } from '../presentation/clerk-webhook.controller.js';
import { type ValueToken, valueToken } from '../provide.js';

/** The options, for a table and a user of any type: the container knows no types. */
export type AnyOptions = ClerkSyncOptions<ClerkUserTable, unknown>;

export type TokenCache = CachedSessionVerifier<KnownRequest<unknown>>;

/** Options that decide which providers the module has, so they cannot be injected. */
export interface ClerkSyncExtras {
  /** Whether every module may inject `ClerkSync`. Default: true. */
  readonly isGlobal?: boolean | undefined;
  /** Whether every route needs a session unless it is `@Public()`. Default: true. */
  readonly globalGuard?: boolean | undefined;
  /** The path for Clerk's webhooks; false: none. Default: `webhooks/clerk`. */
  readonly webhookPath?: string | false | undefined;
  /**
   * The webhook route's version, for an application with versions in a header or media type:
   * `VERSION_NEUTRAL`. Default: the application's default version.
   */
  readonly webhookVersion?: ControllerOptions['version'] | undefined;
}

// The module's own tokens rather than the ports, which an application may provide itself.
export const logToken = valueToken<InfrastructureLog>('log');
export const metricsToken = valueToken<SyncMetrics>('metrics');
export const clockToken = valueToken<Clock>('clock');
export const settingsToken = valueToken<ClerkSettings>('settings');
export const tokenCacheToken = valueToken<TokenCache | null>('token cache');
export const extrasToken = valueToken<ClerkSyncExtras>('extras');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<AnyOptions>(
  { moduleName: 'ClerkSync' },
)
  .setClassMethodName('forRoot')
  .setExtras<ClerkSyncExtras>(
    { isGlobal: true, globalGuard: true, webhookPath: 'webhooks/clerk' },
    (
      definition,
      { isGlobal = true, globalGuard = true, webhookPath = 'webhooks/clerk', webhookVersion },
    ) => ({
      ...definition,
      global: isGlobal,
      controllers: webhookPath === false ? [] : [webhookControllerAt(webhookPath, webhookVersion)],
      providers: [
        ...(definition.providers ?? []),
        { provide: extrasToken, useValue: { globalGuard, webhookPath, webhookVersion } },
        ...(globalGuard ? [{ provide: APP_GUARD, useExisting: ClerkAuthGuard }] : []),
      ],
    }),
  )
  .build();

export { ConfigurableModuleClass };
export const optionsToken = MODULE_OPTIONS_TOKEN as ValueToken<AnyOptions>;
