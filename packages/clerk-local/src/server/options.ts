import { z } from 'zod';
import { defaultSessionTokenClaims } from '../domain/sessions/claims-template.js';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { silent, type Log, type Clock } from '../domain/shared/ports.js';
import { defaultRetryDelaysMs } from '../webhooks/webhook-queue.js';
import { canonicalHost } from '../http/hosts.js';

export interface ClerkLocalOptions {
  /** 0 or unset: a free one. */
  readonly port?: number | undefined;
  /** Address to listen on. `127.0.0.1` by default: not reachable from other machines. */
  readonly host?: string | undefined;
  /**
   * Host names to answer to besides `localhost`, loopback addresses and a specific `host`; without
   * port. Any other `Host` gets 421, which protects the instance from DNS rebinding.
   */
  readonly allowHosts?: readonly string[] | undefined;
  /** A JSON file for keys, users, sessions and undelivered webhooks. Unset: memory only. */
  readonly statePath?: string | undefined;
  /** `pk_test_…`; by default generated once, and kept in the state, as the two below. */
  readonly publishableKey?: string | undefined;
  /** `sk_test_…` */
  readonly secretKey?: string | undefined;
  /** `whsec_…` */
  readonly webhookSigningSecret?: string | undefined;
  /** Where webhooks go. Unset: none are sent. */
  readonly webhookUrl?: string | undefined;
  /** The "Customize session token" template; see `defaultSessionTokenClaims`. */
  readonly sessionTokenClaims?: Readonly<Record<string, unknown>> | undefined;
  /** In the title of Clerk's components: "Sign in to …". */
  readonly applicationName?: string | undefined;
  /** 60 by default, as Clerk's. */
  readonly tokenLifetimeSeconds?: number | undefined;
  /** The wait before each attempt; see `defaultRetryDelaysMs`. */
  readonly webhookRetryDelaysMs?: readonly number[] | undefined;
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly now?: Clock | undefined;
  /** Receives one line per request and webhook attempt. Default: no log. */
  readonly log?: Log | undefined;
}

const schema = z.object({
  port: z.int().min(0).max(65_535).default(0),
  host: z.string().min(1).default('127.0.0.1'),
  allowHosts: z
    .array(z.string().refine(isHostName, 'a host name without port is expected'))
    .default([]),
  webhookUrl: z.url({ protocol: /^https?$/ }).optional(),
  sessionTokenClaims: z.record(z.string(), z.unknown()).default({ ...defaultSessionTokenClaims }),
  applicationName: z.string().min(1).default('Local application'),
  tokenLifetimeSeconds: z.int().min(1).default(60),
  webhookRetryDelaysMs: z
    .array(z.number().min(0))
    .min(1)
    .default([...defaultRetryDelaysMs]),
});

export type ResolvedOptions = z.output<typeof schema> &
  Pick<ClerkLocalOptions, 'statePath' | 'publishableKey' | 'secretKey' | 'webhookSigningSecret'> & {
    readonly now: Clock;
    readonly log: Log;
  };

/**
 * Checks the options and fills in what is left out.
 *
 * @throws {ClerkLocalError} `invalid_option`, naming the option
 */
export function resolveOptions(options: ClerkLocalOptions): ResolvedOptions {
  const result = schema.safeParse(options);
  if (result.success) {
    return { ...options, ...result.data, now: options.now ?? Date.now, log: options.log ?? silent };
  }
  throw invalidOption(result.error);
}

/**
 * Checks a lifetime of tokens, in seconds.
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

/** Wildcards are refused: with `*` every rebound name would be served. */
function isHostName(value: string): boolean {
  return canonicalHost(value) !== undefined && !/[^:\]]:\d*$|\]:\d*$/.test(value);
}

function invalidOption({ issues: [issue] }: z.ZodError): ClerkLocalError {
  return new ClerkLocalError(
    'invalid_option',
    `The option ${issue?.path.join('.') ?? ''} is not valid: ${issue?.message ?? ''}.`,
    'Correct it, or leave it out for its default.',
  );
}

export interface RefusalInput {
  readonly production: boolean;
  readonly publishableKey: string | undefined;
  readonly secretKey: string | undefined;
}

/**
 * Stops a start that could put a stand-in for Clerk in front of real people.
 *
 * @throws {ClerkLocalError} `production_refused` or `live_key_refused`
 */
export function refuseProduction({ production, publishableKey, secretKey }: RefusalInput): void {
  if (production) {
    throw new ClerkLocalError(
      'production_refused',
      'clerk-local does not start with NODE_ENV=production: it is a stand-in for development and tests.',
      'Use a Clerk application and its keys in production, or start it with another NODE_ENV.',
    );
  }
  if (publishableKey?.startsWith('pk_live_') === true) throw liveKey('publishable', 'pk_test_');
  if (secretKey?.startsWith('sk_live_') === true) throw liveKey('secret', 'sk_test_');
}

function liveKey(kind: string, prefix: string): ClerkLocalError {
  return new ClerkLocalError(
    'live_key_refused',
    `clerk-local does not take the live ${kind} key of a Clerk application.`,
    `Leave the key out, so that one is generated, or give one that begins with ${prefix}.`,
  );
}
