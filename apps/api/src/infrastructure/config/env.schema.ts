import { isIP } from 'node:net';
import { z } from 'zod';
import {
  frontendApiOf,
  isSigningSecret,
  keyModeOf,
  publicKeyPem,
} from '@populatte/nestjs-clerk-sync/internal';
import { postgresUrl } from './postgres-url.js';
import { checkTracing, tracingSettings, tracingVariables } from './tracing.schema.js';

/**
 * Hosts of this machine, for which plain http is safe, as URLs normalise them: including a trailing
 * dot, the unspecified address, and IPv4-mapped IPv6 addresses.
 */
const loopback =
  /^(?:(?:[a-z0-9-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[(?:::1?|::ffff:(?:7f[\da-f]{2}:[\da-f]{1,4}|0:0))\])$/;

/** @returns the URL, or null if the text is not one */
export function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

export const flag = z.stringbool({ error: 'is neither true nor false' });

/** A whole number in decimal digits. `Number` would also take `0x10`, `1e3` and `Infinity`. */
export function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^-?\d+$/, { error: 'is not a whole number' })
    .transform(Number)
    .pipe(
      z
        .number()
        .min(min, { error: `is under ${min}` })
        .max(max, { error: `is over ${max}` }),
    );
}

/** An address or host name to listen on, without scheme or port. */
export const listenHost = z
  .string()
  .refine((text) => isIP(text) !== 0 || /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(text), {
    error: 'is not a host name or an IP address',
  });

/**
 * An https URL, without a trailing slash, user name or password; plain http is accepted for this
 * machine only, since a secret may go there.
 */
export const safeUrl = z
  .string()
  .refine((text) => !text.includes(','), { error: 'contains a comma, but must be a single value' })
  .refine((text) => !text.includes('*'), { error: 'contains a wildcard, which matches nothing' })
  .refine(
    (text) => {
      const url = parseUrl(text);
      return (
        url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname))
      );
    },
    { error: 'is neither an https URL nor a URL of this machine' },
  )
  .refine((text) => !/[?#]/.test(text), { error: 'has a query or a fragment' })
  .refine((text) => (parseUrl(text)?.username ?? '') === '', {
    error: 'has a user name or a password',
  })
  .transform(normalizedUrl);

/**
 * Host in lower case, without the default port, in the format of the `iss` with which it is
 * compared.
 */
function normalizedUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/** Schemes whose pages have no origin in a browser, so no request can carry one. */
const schemesWithoutOrigin = new Set(['file:', 'ftp:', 'ws:', 'wss:']);

/**
 * Comma-separated origins. Browser extensions have origins with their own scheme. Entries that can
 * never equal an `Origin` header (RFC 6454, 6.2) are refused: wildcards, paths, credentials.
 */
export const origins = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
  .pipe(
    z
      .array(
        z
          .string()
          .refine((text) => !text.includes('*'), {
            error: 'contains a wildcard, which matches nothing: list each origin in full',
          })
          .refine((text) => !hasPath(text), {
            error: 'has an entry with more than scheme, host and port',
          })
          .transform((text) => originOf(text))
          .pipe(z.string({ error: 'has an entry that is not an origin' })),
      )
      .min(1, { error: 'lists no origin' }),
  );

/** @returns whether an origin is local or unencrypted, and so unusable in production */
export function isLocalOrPlain(origin: string): boolean {
  const url = parseUrl(origin);
  if (url === null) return false;
  return url.protocol === 'http:' || loopback.test(url.hostname);
}

function hasPath(text: string): boolean {
  const url = parseUrl(text);
  if (url === null || url.host === '') return false;
  const { pathname, search, hash, username, password } = url;
  return !/^\/?$/.test(pathname) || `${search}${hash}${username}${password}` !== '';
}

function originOf(text: string): string | null {
  const url = parseUrl(text);
  if (url === null || url.host === '' || schemesWithoutOrigin.has(url.protocol)) return null;
  return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
}

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
