import { z } from 'zod';
import { ClerkLocalError } from './errors/clerk-local-error.js';
import { defaultSessionTokenClaims } from './tokens/claims-template.js';
import { defaultRetryDelaysMs } from './webhooks/retry-schedule.js';
import { silent, type Log } from './log.js';
import type { Clock } from './clock.js';

export interface ClerkLocalOptions {
  /** 0 or unset: a free one. */
  readonly port?: number | undefined;
  /** `127.0.0.1` by default: nobody else on the network gets in. */
  readonly host?: string | undefined;
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
  /** Takes a line a request and a webhook attempt; by default nobody does. */
  readonly log?: Log | undefined;
}

const schema = z.object({
  port: z.int().min(0).max(65_535).default(0),
  host: z.string().min(1).default('127.0.0.1'),
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

function invalidOption({ issues: [issue] }: z.ZodError): ClerkLocalError {
  return new ClerkLocalError(
    'invalid_option',
    `The option ${issue?.path.join('.') ?? ''} is not valid: ${issue?.message ?? ''}.`,
    'Mend it, or leave it out for its default.',
  );
}
