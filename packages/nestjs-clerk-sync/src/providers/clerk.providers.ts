import type { FactoryProvider } from '@nestjs/common';
import { SystemClock } from '../core/clock.js';
import { ProfileDirectory } from '../core/profile-directory.js';
import { SessionVerifier } from '../core/session-verifier.js';
import { OncePerMinute } from '../core/once-per-minute.js';
import { NoMetrics } from '../core/sync-metrics.js';
import { WebhookVerifier } from '../core/webhook-verifier.js';
import { CachedSessionVerifier } from '../infrastructure/cache/cached-session-verifier.js';
import { ClerkProfileDirectory } from '../infrastructure/clerk/clerk-profile-directory.js';
import { ClerkWebhookVerifier } from '../infrastructure/clerk/clerk-webhook-verifier.js';
import { ClerkService } from '../infrastructure/clerk/clerk.service.js';
import { JwksSource } from '../infrastructure/clerk/jwks-source.js';
import {
  PemSigningKeys,
  RemoteSigningKeys,
  SigningKeys,
} from '../infrastructure/clerk/signing-keys.js';
import { traced, tracedFetch } from '../infrastructure/tracing/traced-dependencies.js';
import {
  TracedSessionVerifier,
  TracedWebhookVerifier,
} from '../infrastructure/tracing/traced-requests.js';
import { NestLog } from '../nest-log.js';
import { clerkSettings } from '../options.js';
import { provide } from '../provide.js';
import {
  clockToken,
  logToken,
  metricsToken,
  optionsToken,
  settingsToken,
  type TokenCache,
  tokenCacheToken,
} from './tokens.js';

/** Timeout for loading Clerk's signing keys, in milliseconds. */
const keyTimeoutMs = 5_000;

function wrongClock(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const [direction, code] =
    aheadMs > 0 ? ['ahead of', 'token_expired'] : ['behind', 'token_not_active'];
  return `This machine’s clock is ${seconds} s ${direction} Clerk’s: valid session tokens get 401 (${code}), and webhooks that differ by over 5 minutes get 400. Synchronize it by NTP.`;
}

/** The port from the options, or its default. */
export const settingProviders: FactoryProvider[] = [
  provide(settingsToken, [optionsToken], (options) => clerkSettings(options)),
  provide(logToken, [optionsToken], ({ log }) => log ?? new NestLog()),
  provide(metricsToken, [optionsToken], ({ metrics }) => metrics ?? new NoMetrics()),
  provide(clockToken, [optionsToken], ({ clock }) => clock ?? new SystemClock()),
];

/** Clerk: its keys, tokens, webhooks and Backend API. */
export const clerkProviders: FactoryProvider[] = [
  provide(
    SigningKeys,
    [settingsToken, clockToken, logToken, metricsToken, optionsToken],
    ({ jwtKey, apiUrl, secretKey }, clock, log, metrics, { tracer }) => {
      if (jwtKey !== undefined) return new PemSigningKeys(jwtKey);
      const warnings = new OncePerMinute(clock);
      const source = new JwksSource({
        onWrongClock: (aheadMs) => {
          if (warnings.isDue()) log.warn(wrongClock(aheadMs));
        },
        apiUrl,
        secretKey,
        timeoutMs: keyTimeoutMs,
        fetch: traced(fetch, tracer, tracedFetch),
      });
      return new RemoteSigningKeys(source, clock, log, metrics);
    },
  ),
  provide(
    ClerkService,
    [SigningKeys, clockToken, settingsToken, logToken],
    (keys, clock, settings, log) => new ClerkService(keys, clock, settings, log),
  ),
  provide(
    tokenCacheToken,
    [ClerkService, SigningKeys, clockToken, optionsToken, metricsToken],
    (service, keys, clock, { cache }, metrics) => {
      if (cache?.tokens === false) return null;
      const tokens: TokenCache = new CachedSessionVerifier(service, clock, metrics);
      keys.onWithdrawn(() => {
        tokens.forgetAll();
      });
      return tokens;
    },
  ),
  provide(
    SessionVerifier,
    [tokenCacheToken, ClerkService, optionsToken],
    (tokens, service, { tracer }) =>
      traced<SessionVerifier>(
        tokens ?? service,
        tracer,
        (sessions, by) => new TracedSessionVerifier(sessions, by),
      ),
  ),
  provide(
    ProfileDirectory,
    [settingsToken, clockToken, logToken, optionsToken],
    (settings, clock, log, { tracer }) =>
      new ClerkProfileDirectory(
        { ...settings, fetch: traced(fetch, tracer, tracedFetch) },
        clock,
        log,
      ),
  ),
  provide(
    WebhookVerifier,
    [settingsToken, clockToken, optionsToken],
    ({ webhookSigningSecrets }, clock, { tracer }) =>
      traced<WebhookVerifier>(
        new ClerkWebhookVerifier(webhookSigningSecrets, clock),
        tracer,
        (webhooks, by) => new TracedWebhookVerifier(webhooks, by),
      ),
  ),
];
