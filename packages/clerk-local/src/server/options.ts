import { z } from 'zod';
import { defaultSessionTokenClaims } from '../domain/sessions/claims-template.js';
import { ClerkLocalError, InvalidOptionError } from '../domain/shared/clerk-local-error.js';
import { allFeatures, type Feature } from '../domain/shared/features.js';
import { silent, type Log, type Clock } from '../domain/shared/ports.js';
import { defaultRetryDelaysMs } from '../webhooks/webhook-queue.js';
import { canonicalHost } from '../http/hosts.js';
import type { Seed } from './seed-schema.js';
import { statePathOf } from './state-path.js';

/** Options of `startClerkLocal`. */
export interface ClerkLocalOptions {
  /** 0, the default, selects a free port. */
  readonly port?: number | undefined;
  /** Address to listen on. Defaults to `127.0.0.1`, which other machines cannot reach. */
  readonly host?: string | undefined;
  /**
   * Host names to serve besides loopback names, loopback addresses and `host`. Without port. A
   * request for any other `Host` gets 421, which prevents DNS rebinding.
   */
  readonly allowHosts?: readonly string[] | undefined;
  /** Folder for keys, users, sessions and pending webhooks (`state.json`). Unset: memory only. */
  readonly data?: string | undefined;
  /** The state file itself, instead of `data`. */
  readonly statePath?: string | undefined;
  /** `pk_test_…`. Defaults to the stored key, or a generated key. */
  readonly publishableKey?: string | undefined;
  /** `sk_test_…`. Defaults to the stored key, or a generated key. */
  readonly secretKey?: string | undefined;
  /** `whsec_…`. Defaults to the stored secret, or a generated secret. */
  readonly webhookSigningSecret?: string | undefined;
  /** The webhook endpoint. Unset: no webhooks are sent. */
  readonly webhookUrl?: string | undefined;
  /** The "Customize session token" template. Defaults to `defaultSessionTokenClaims`. */
  readonly sessionTokenClaims?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Features in addition to Clerk's defaults, such as `multi_session`, `username`, `phone_number`,
   * `reverification` or `oauth_google`. Defaults to none.
   */
  readonly enable?: readonly Feature[] | undefined;
  /** Shown in Clerk's components, as in "Sign in to …". */
  readonly applicationName?: string | undefined;
  /** Defaults to 60, as at Clerk. */
  readonly tokenLifetimeSeconds?: number | undefined;
  /** The delay before each attempt. Defaults to `defaultRetryDelaysMs`. */
  readonly webhookRetryDelaysMs?: readonly number[] | undefined;
  /** Users, organizations, webhook endpoints and session claims to start with, or a file of them. */
  readonly seed?: Seed | string | undefined;
  /**
   * A URL of the application that returns its own row of a user as JSON, without side effects. The
   * console shows the row beside the user. `{user_id}` in it is replaced; otherwise `user_id` joins
   * its query.
   */
  readonly inspect?: string | undefined;
  /** A whole number: instances with the same seed create the same ids. Unset: random ids. */
  readonly idSeed?: number | undefined;
  /**
   * An ISO time that users, sessions and other objects get. Session tokens and signatures still have
   * the time of `now`, because applications compare them with their own clock.
   */
  readonly clock?: string | undefined;
  /** Returns milliseconds since the epoch. Defaults to `Date.now`. */
  readonly now?: Clock | undefined;
  /** Receives one line per request and webhook attempt. Defaults to no log. */
  readonly log?: Log | undefined;
}

const httpUrl = z.url({ protocol: /^https?$/, error: 'expected an http or https URL' });

const schema = z.object({
  port: z.int().min(0, 'expected 0 to 65535').max(65_535, 'expected 0 to 65535').default(0),
  host: z.string().min(1, 'expected a name or an address').default('127.0.0.1'),
  allowHosts: z
    .array(z.string().refine(isHostName, 'expected a host name without port'))
    .default([]),
  webhookUrl: httpUrl.optional(),
  inspect: httpUrl.optional(),
  sessionTokenClaims: z.record(z.string(), z.unknown()).default({ ...defaultSessionTokenClaims }),
  enable: z.array(z.enum(allFeatures)).default([]),
  applicationName: z.string().min(1).default('Local application'),
  tokenLifetimeSeconds: z.int().min(1, 'expected at least 1').default(60),
  idSeed: z.int().min(0).optional(),
  clock: z.iso
    .datetime({
      offset: true,
      error: 'expected an ISO time with a time zone, such as 2030-01-01T00:00:00Z',
    })
    .optional(),
  webhookRetryDelaysMs: z
    .array(z.number().min(0))
    .min(1)
    .default([...defaultRetryDelaysMs]),
});

/** Validated options, with defaults. */
export type ResolvedOptions = z.output<typeof schema> &
  Pick<
    ClerkLocalOptions,
    'statePath' | 'publishableKey' | 'secretKey' | 'webhookSigningSecret' | 'seed'
  > & {
    /** The clock of the records: fixed with `clock`. */
    readonly now: Clock;
    /** The clock that other programs compare with their own. */
    readonly wallClock: Clock;
    readonly log: Log;
  };

/**
 * Validates the options and applies the defaults.
 *
 * @throws {ClerkLocalError} `invalid_option`, which names the option
 */
export function resolveOptions(options: ClerkLocalOptions): ResolvedOptions {
  const result = schema.safeParse(options);
  if (result.success) {
    return {
      ...options,
      ...result.data,
      statePath: statePathOf(options),
      ...clocks(options),
      log: options.log ?? silent,
    };
  }
  throw invalidOption(result.error);
}

/**
 * Validates a token lifetime, in seconds.
 *
 * @throws {ClerkLocalError} `invalid_option`
 */
export function checkTokenLifetime(seconds: number): number {
  const result = schema
    .pick({ tokenLifetimeSeconds: true })
    .safeParse({ tokenLifetimeSeconds: seconds });
  if (result.success) return result.data.tokenLifetimeSeconds;
  throw invalidOption(result.error);
}

function clocks({ clock, now = Date.now }: ClerkLocalOptions): { now: Clock; wallClock: Clock } {
  if (clock === undefined) return { now, wallClock: now };
  const time = Date.parse(clock);
  return { now: () => time, wallClock: now };
}

/** Refuses wildcards: `*` would allow every rebound name. */
function isHostName(value: string): boolean {
  return canonicalHost(value) !== undefined && !/[^:\]]:\d*$|\]:\d*$/.test(value);
}

function invalidOption({ issues: [issue] }: z.ZodError): InvalidOptionError {
  return new InvalidOptionError(String(issue?.path[0] ?? ''), issue?.message ?? '');
}

export interface RefusalInput {
  readonly production: boolean;
  /** The names of environment variables with live keys. */
  readonly liveKeys: readonly string[];
  readonly publishableKey: string | undefined;
  readonly secretKey: string | undefined;
}

/**
 * Refuses to start in production, where a fake Clerk would let anyone sign in.
 *
 * @throws {ClerkLocalError} `production_refused` or `live_key_refused`
 */
export function refuseProduction({
  production,
  liveKeys: [liveVariable],
  publishableKey,
  secretKey,
}: RefusalInput): void {
  if (production) {
    throw new ClerkLocalError(
      'production_refused',
      'clerk-local does not start with NODE_ENV=production: it is for development and tests only.',
      'Use a Clerk application in production, or start clerk-local with another NODE_ENV.',
    );
  }
  if (liveVariable !== undefined) {
    throw new ClerkLocalError(
      'live_key_refused',
      `clerk-local does not start while ${liveVariable} is a live key of a Clerk application.`,
      `Unset ${liveVariable} for clerk-local, or use the keys of a development instance.`,
    );
  }
  if (publishableKey?.startsWith('pk_live_') === true) throw liveKey('publishable', 'pk_test_');
  if (secretKey?.startsWith('sk_live_') === true) throw liveKey('secret', 'sk_test_');
}

function liveKey(kind: string, prefix: string): ClerkLocalError {
  return new ClerkLocalError(
    'live_key_refused',
    `clerk-local does not accept the live ${kind} key of a Clerk application.`,
    `Omit the key to generate one, or use a key that begins with ${prefix}.`,
  );
}
