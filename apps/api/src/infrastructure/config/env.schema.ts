import { z } from 'zod';
import { frontendApiOf, isSigningSecret, keyModeOf, publicKeyPem } from './clerk-keys.js';
import { flag, origins, safeUrl } from './env.fields.js';
import { postgresUrl } from './postgres-url.js';

const defaultWebUrl = 'http://localhost:3000';

const variables = z.object({
  NODE_ENV: z.string().default('development'),
  // Printable ASCII: it is sent in a header, which could not hold a “…” that was copied with it.
  CLERK_SECRET_KEY: z
    .string()
    .regex(/^sk_(?:test|live)_[\x21-\x7e]+$/, { error: 'is not a secret key' }),
  CLERK_PUBLISHABLE_KEY: z
    .string()
    .refine((key) => frontendApiOf(key) !== null, { error: 'is not a publishable key' }),
  // Two while the endpoint's secret is rotated: deliveries signed with either are accepted.
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
  CLERK_API_URL: safeUrl.default('https://api.clerk.com'),
  CLERK_ISSUER: safeUrl.optional(),
  CLERK_AUTHORIZED_PARTIES: origins.optional(),
  CLERK_ACCEPT_TOKENS_WITHOUT_AZP: flag.default(false),
  DATABASE_URL: postgresUrl,
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: z.coerce
    .number({ error: 'is not a number' })
    .int({ error: 'is not a whole number' })
    .min(1, { error: 'is under 1' })
    .max(1000, { error: 'is over 1000' })
    .default(10),
  DATABASE_MIGRATE: flag.default(true),
  TOKEN_CACHE_ENABLED: flag.default(true),
  USER_CACHE_ENABLED: flag.default(true),
  USER_CACHE_MAX_AGE_MS: z.coerce
    .number({ error: 'is not a number' })
    .int({ error: 'is not a whole number' })
    .min(0, { error: 'is negative' })
    .default(1_000),
  PORT: z.coerce
    .number({ error: 'is not a number' })
    .int({ error: 'is not a whole number' })
    .min(0, { error: 'is not a port' })
    .max(65535, { error: 'is not a port' })
    .default(3001),
  HOST: z.string().default('0.0.0.0'),
  WEB_URL: origins.default([defaultWebUrl]),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'is not a log level',
    })
    .default('info'),
  METRICS_ENABLED: flag.default(true),
  DOCS_ENABLED: flag.optional(),
});

/** The environment, checked and grouped by what it is for. */
export const environmentSchema = variables
  .superRefine((env, context) => {
    if (
      keyModeOf(env.CLERK_SECRET_KEY) === 'live' &&
      env.CLERK_WEBHOOK_SIGNING_SECRET === undefined
    ) {
      context.addIssue({
        code: 'custom',
        path: ['CLERK_WEBHOOK_SIGNING_SECRET'],
        message: 'is missing, and required with live keys',
      });
    }
    if (keyModeOf(env.CLERK_SECRET_KEY) !== keyModeOf(env.CLERK_PUBLISHABLE_KEY)) {
      context.addIssue({
        code: 'custom',
        path: ['CLERK_SECRET_KEY'],
        message: 'and CLERK_PUBLISHABLE_KEY are of different instances (one test, one live)',
      });
    }
  })
  .transform((env) => ({
    clerk: {
      secretKey: env.CLERK_SECRET_KEY,
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
      /** Reaches PostgreSQL without a pooler: session locks and LISTEN need a session of their own. */
      directUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      migrate: env.DATABASE_MIGRATE,
    },
    cache: {
      tokens: env.TOKEN_CACHE_ENABLED,
      users: env.USER_CACHE_ENABLED,
      /** How old a cached row may be while notifications are not proved to arrive, in milliseconds. */
      userMaxAgeMs: env.USER_CACHE_MAX_AGE_MS,
    },
    http: {
      host: env.HOST,
      port: env.PORT,
      webOrigins: env.WEB_URL,
      docsEnabled: env.DOCS_ENABLED ?? env.NODE_ENV !== 'production',
    },
    logLevel: env.LOG_LEVEL,
  }));

export type Environment = z.output<typeof environmentSchema>;
