import type pg from 'pg';
import { acrossCopies } from './core/across-copies.js';
import type { Clock } from './core/clock.js';
import type { InfrastructureLog } from './core/log.js';
import { optionNames, type SettingNames } from './core/setting-names.js';
import type { SyncMetrics } from './core/sync-metrics.js';
import type { Tracer } from './core/tracer.js';
import { frontendApiOf, publicKeyPem } from './infrastructure/clerk/clerk-keys.js';
import type { ClerkUserRow, ClerkUserTable } from './infrastructure/postgres/clerk-columns.js';
import { isOrigin, optionProblems } from './option-rules.js';

/** Options of `ClerkSyncModule`. `Entity` is the type of `@CurrentUser()`. */
export interface ClerkSyncOptions<
  Table extends ClerkUserTable = ClerkUserTable,
  Entity = ClerkUserRow<Table>,
> {
  /**
   * `sk_test_…` or `sk_live_…`: for the signing keys and the Backend API. The type accepts an unset
   * environment variable; startup does not.
   */
  readonly secretKey: string | undefined;
  /** `pk_test_…` or `pk_live_…`: names the instance that issues the tokens. */
  readonly publishableKey: string | undefined;
  /** `whsec_…`; two of them during a rotation. Without one, the webhook route returns 404. */
  readonly webhookSigningSecret?: string | readonly string[] | undefined;
  /**
   * The instance's public key (PEM; `\n`-escaped is accepted). Default: the keys are fetched from
   * Clerk.
   */
  readonly jwtKey?: string | undefined;
  /** Default: `https://api.clerk.com`. */
  readonly apiUrl?: string | undefined;
  /** The tokens' `iss`. Default: the instance of `publishableKey`. */
  readonly issuer?: string | undefined;
  /** Origins whose tokens are accepted: the `azp` claim must be one of them. */
  readonly authorizedParties: readonly string[];
  /** Whether tokens without any `azp` are accepted, which native apps get. Default: false. */
  readonly acceptTokensWithoutAzp?: boolean | undefined;
  readonly database: {
    /**
     * The application's connections. The module listens for their errors and does not end the pool.
     */
    readonly pool: pg.Pool;
    /**
     * The URL of a connection that can LISTEN, if the pool connects to a pooler. Default: the
     * pool's own connection string; without either, cached rows are reloaded after
     * `cache.maxAgeMs`.
     */
    readonly directUrl?: string | undefined;
    /** The application's table, with `clerkUserColumns()`. */
    readonly users: Table;
    /**
     * A promise that resolves once the migrations are applied; the module listens from then on.
     * Default: immediately.
     */
    readonly ready?: Promise<unknown> | undefined;
  };
  readonly cache?:
    | {
        /** Whether verified tokens are cached. Default: true. */
        readonly tokens?: boolean | undefined;
        /** Whether users are cached. Default: true. */
        readonly users?: boolean | undefined;
        /**
         * Maximum age of a cached user while notifications are not proven to arrive, in
         * milliseconds; 0 disables the cache during that time. Default: 1000.
         */
        readonly maxAgeMs?: number | undefined;
      }
    | undefined;
  /**
   * Turns a row into the user; the result is frozen with the plain objects, arrays and dates inside of
   * it, because requests share it. Default: the row itself.
   */
  readonly toUser?: ((row: ClerkUserRow<Table>) => Entity) | undefined;
  /** Default: Nest's `Logger`. */
  readonly log?: InfrastructureLog | undefined;
  /** Default: nothing is counted. */
  readonly metrics?: SyncMetrics | undefined;
  /**
   * OpenTelemetry's, such as `trace.getTracer('my-app')`: spans for authentication, verification,
   * sync, webhooks, handlers and calls to Clerk, without tokens or personal data. Default: nothing
   * is traced.
   */
  readonly tracer?: Tracer | undefined;
  /** Default: the machine's clocks. */
  readonly clock?: Clock | undefined;
  /**
   * The names of the settings in log lines, for example `{ authorizedParties: 'ALLOWED_ORIGINS' }`
   * if the application reads them from variables. Default: the options' names.
   */
  readonly settingNames?: Partial<SettingNames> | undefined;
}

/** Invalid options of the module. The message names each with its fix. */
export class ClerkSyncOptionsError extends Error {
  override readonly name = 'ClerkSyncOptionsError';

  constructor(problems: readonly string[]) {
    super(
      ['Cannot start ClerkSyncModule:', ...problems.map((problem) => `- ${problem}`)].join('\n'),
    );
  }
}

acrossCopies({ ClerkSyncOptionsError });

/** The options about Clerk, checked and with their defaults. */
export interface ClerkSettings {
  readonly secretKey: string;
  readonly issuer: string;
  readonly apiUrl: string;
  readonly jwtKey: string | undefined;
  readonly authorizedParties: readonly string[];
  readonly acceptTokensWithoutAzp: boolean;
  readonly webhookSigningSecrets: readonly string[];
  readonly settingNames: SettingNames;
}

/**
 * @returns the options themselves
 * @throws ClerkSyncOptionsError naming every invalid option
 */
export function checkedOptions<Options>(options: Options): Options {
  if (typeof options !== 'object' || options === null) {
    throw new ClerkSyncOptionsError([
      'the options are missing: pass them to forRoot(), or return them from the factory of forRootAsync().',
    ]);
  }
  const problems = optionProblems(options);
  if (problems.length > 0) throw new ClerkSyncOptionsError(problems);
  return options;
}

/** @param options as `checkedOptions` returns them */
export function clerkSettings(options: ClerkSyncOptions<ClerkUserTable, unknown>): ClerkSettings {
  const { secretKey = '', publishableKey = '', acceptTokensWithoutAzp = false } = options;
  // JavaScript applications can leave out what the type requires.
  const parties = (options as Partial<typeof options>).authorizedParties ?? [];
  const jwtKey = options.jwtKey === undefined ? null : publicKeyPem(options.jwtKey);
  return {
    secretKey: secretKey.trim(),
    issuer:
      options.issuer === undefined
        ? `https://${frontendApiOf(publishableKey) ?? ''}`
        : addressOf(options.issuer),
    apiUrl: addressOf(options.apiUrl ?? 'https://api.clerk.com'),
    jwtKey: jwtKey ?? undefined,
    authorizedParties: parties.map(originOf),
    acceptTokensWithoutAzp,
    webhookSigningSecrets: [options.webhookSigningSecret ?? []].flat(),
    settingNames: { ...optionNames, ...options.settingNames },
  };
}

/** As in the `iss` of tokens: the host in lower case, without the default port and slashes at the end. */
function addressOf(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

/** As browsers send it, and therefore as in `azp`: in lower case, without the default port. */
function originOf(text: string): string {
  const origin = isOrigin(text) && URL.canParse(text) ? new URL(text).origin : 'null';
  return origin === 'null' ? text : origin;
}
