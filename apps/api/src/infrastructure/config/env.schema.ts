import { z } from 'zod';
import {
  frontendApiOf,
  isSigningSecret,
  keyModeOf,
  publicKeyPem,
} from '@populatte/nestjs-clerk-sync/internal';
import { flag, isLocalOrPlain, listenHost, origins, safeUrl, wholeNumber } from './env-values.js';
import { postgresUrl } from './postgres-url.js';
import { checkTracing, tracingSettings, tracingVariables } from './tracing.schema.js';

const defaultWebUrl = 'http://localhost:3000';

/** Every variable that the API reads, by name, with its default. `.env.example` lists the same. */
export const variables = z.object({
  NODE_ENV: z.string().default('development'),
  CLERK_SECRET_KEY: z
    .string()
    // Printable ASCII, because it is sent in a header; a comma would mean several keys.
    .regex(/^sk_(?:test|live)_[\x21-\x2b\x2d-\x7e]+$/, { error: 'is not a secret key' }),
  CLERK_PUBLISHABLE_KEY: z
    .string()
    .refine((key) => frontendApiOf(key) !== null, { error: 'is not a publishable key' }),
  // Two during a rotation of the endpoint's secret: deliveries signed with either are accepted.
  CLERK_WEBHOOK_SIGNING_SECRET: z
    .string()
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(
      z
        .array(z.string().refine(isSigningSecret, { error: 'is not a signing secret' }))
        .min(1, { error: 'lists no signing secret' })
        .max(2, { error: 'lists more than two signing secrets' }),
    )
    .optional(),
  CLERK_JWT_KEY: z
    .string()
    .transform(publicKeyPem)
    .pipe(z.string({ error: 'is not an RSA public key of 2048 bits or more in PEM' }))
    .optional(),
  CLERK_API_URL: safeUrl
    .refine((url) => !/\/v\d+$/.test(url), {
      error: 'ends with the version, which is added automatically',
    })
    .default('https://api.clerk.com'),
  CLERK_ISSUER: safeUrl.optional(),
  CLERK_AUTHORIZED_PARTIES: origins.optional(),
  CLERK_ACCEPT_TOKENS_WITHOUT_AZP: flag.default(false),
  DATABASE_URL: postgresUrl,
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: wholeNumber(1, 1_000).default(10),
  DATABASE_MIGRATE: flag.default(true),
  TOKEN_CACHE_ENABLED: flag.default(true),
  USER_CACHE_ENABLED: flag.default(true),
  USER_CACHE_MAX_AGE_MS: wholeNumber(0, 86_400_000).default(1_000),
  USER_EVENTS_RETENTION_DAYS: wholeNumber(1, 36_500).default(90),
  PORT: wholeNumber(0, 65_535).default(3001),
  HOST: listenHost.default('0.0.0.0'),
  SHUTDOWN_DRAIN_MS: wholeNumber(0, 60_000).default(2_000),
  WEB_URL: origins.default([defaultWebUrl]),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(
      z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'is not a log level',
      }),
    )
    .default('info'),
  METRICS_ENABLED: flag.optional(),
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
  DOCS_ENABLED: flag.optional(),
  ...tracingVariables,
});

/** The environment, validated and grouped by purpose. */
export const environmentSchema = variables
  .superRefine((env, context) => {
    if (
      keyModeOf(env.CLERK_SECRET_KEY) === 'live' &&
      env.CLERK_WEBHOOK_SIGNING_SECRET === undefined
    ) {
      context.addIssue({
        code: 'custom',
        path: ['CLERK_WEBHOOK_SIGNING_SECRET'],
        message: 'is missing, but required with live keys',
      });
    }
    const modes = [keyModeOf(env.CLERK_SECRET_KEY), keyModeOf(env.CLERK_PUBLISHABLE_KEY)];
    // A malformed key has its own issue.
    if (modes.includes('test') && modes.includes('live')) {
      context.addIssue({
        code: 'custom',
        path: ['CLERK_SECRET_KEY'],
        message: 'and CLERK_PUBLISHABLE_KEY belong to different instances (one test, one live)',
      });
    }
    const isLive = modes.every((mode) => mode === 'live');
    if (isLive && env.CLERK_AUTHORIZED_PARTIES === undefined && env.WEB_URL.every(isLocalOrPlain)) {
      context.addIssue({
        code: 'custom',
        path: ['WEB_URL'],
        message:
          'has no https origin other than this machine, so with live keys every user is refused',
      });
    }
    if (env.METRICS_PORT !== undefined && env.METRICS_PORT === env.PORT && env.PORT !== 0) {
      context.addIssue({ code: 'custom', path: ['METRICS_PORT'], message: 'is the same as PORT' });
    }
    checkTracing(env, (variable, message) => {
      context.addIssue({ code: 'custom', path: [variable], message });
    });
  })
  .transform((env) => ({ env, forDevelopers: isForDevelopers(env) }))
  .transform(({ env, forDevelopers }) => ({
    clerk: {
      secretKey: env.CLERK_SECRET_KEY,
      publishableKey: env.CLERK_PUBLISHABLE_KEY,
      /** Empty: webhooks are off. */
      webhookSigningSecrets: env.CLERK_WEBHOOK_SIGNING_SECRET ?? [],
      apiUrl: env.CLERK_API_URL,
      /** SPKI PEM; unset: the keys are fetched from Clerk. */
      jwtKey: env.CLERK_JWT_KEY,
      issuer: env.CLERK_ISSUER ?? `https://${frontendApiOf(env.CLERK_PUBLISHABLE_KEY) ?? ''}`,
      authorizedParties: env.CLERK_AUTHORIZED_PARTIES ?? env.WEB_URL,
      acceptTokensWithoutAzp: env.CLERK_ACCEPT_TOKENS_WITHOUT_AZP,
    },
    database: {
      url: env.DATABASE_URL,
      /**
       * Reaches PostgreSQL without a pooler, because session locks and LISTEN need a dedicated
       * session.
       */
      directUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      migrate: env.DATABASE_MIGRATE,
    },
    journal: {
      /** How long events are kept, in days. */
      retentionDays: env.USER_EVENTS_RETENTION_DAYS,
    },
    cache: {
      tokens: env.TOKEN_CACHE_ENABLED,
      users: env.USER_CACHE_ENABLED,
      /**
       * How old a cached row may be while notifications are not proven to arrive, in milliseconds.
       */
      userMaxAgeMs: env.USER_CACHE_MAX_AGE_MS,
    },
    http: {
      host: env.HOST,
      port: env.PORT,
      webOrigins: env.WEB_URL,
      docsEnabled: env.DOCS_ENABLED ?? forDevelopers,
      /** How long connections are still accepted after SIGTERM, in milliseconds. */
      shutdownDrainMs: env.SHUTDOWN_DRAIN_MS,
    },
    metrics: {
      enabled: env.METRICS_ENABLED ?? (env.METRICS_PORT !== undefined || forDevelopers),
      /** Unset: on the API's own port. */
      port: env.METRICS_PORT,
    },
    /** Null: tracing is off. */
    tracing: tracingSettings(env),
    /** Accepted settings that are probably mistakes, for the log. */
    warnings: liveOriginWarnings(env),
    logLevel: env.LOG_LEVEL,
  }));

/** A forgotten NODE_ENV must not open the documentation of an instance in production. */
function isForDevelopers(env: z.output<typeof variables>): boolean {
  return env.NODE_ENV.toLowerCase() !== 'production' && keyModeOf(env.CLERK_SECRET_KEY) === 'test';
}

function liveOriginWarnings(env: z.output<typeof variables>): string[] {
  if (keyModeOf(env.CLERK_SECRET_KEY) !== 'live') return [];
  return (['WEB_URL', 'CLERK_AUTHORIZED_PARTIES'] as const).flatMap((name) =>
    (env[name] ?? [])
      .filter(isLocalOrPlain)
      .map(
        (origin) =>
          `${name} lists ${origin} with live keys: requests from that origin are accepted although it is local or unencrypted. Remove it in production.`,
      ),
  );
}

type ParsedEnvironment = z.output<typeof environmentSchema>;

/** The validated environment, grouped by purpose. Type and injection token in one. */
export abstract class Environment implements ParsedEnvironment {
  abstract readonly clerk: ParsedEnvironment['clerk'];
  abstract readonly database: ParsedEnvironment['database'];
  abstract readonly journal: ParsedEnvironment['journal'];
  abstract readonly cache: ParsedEnvironment['cache'];
  abstract readonly http: ParsedEnvironment['http'];
  abstract readonly metrics: ParsedEnvironment['metrics'];
  abstract readonly tracing: ParsedEnvironment['tracing'];
  abstract readonly warnings: ParsedEnvironment['warnings'];
  abstract readonly logLevel: ParsedEnvironment['logLevel'];
}
