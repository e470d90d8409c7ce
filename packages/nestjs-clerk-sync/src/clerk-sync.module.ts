import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { APP_GUARD, DiscoveryModule, DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import { ClerkSync } from './clerk-sync.js';
import { createReconciliation } from './create-reconciliation.js';
import {
  type ClerkSettings,
  clerkSettings,
  type ClerkSyncOptions,
  databaseOptions,
} from './options.js';
import { Authenticator, AuthenticateRequestUseCase } from './core/authenticate-request.use-case.js';
import { Clock, SystemClock } from './core/clock.js';
import type { InfrastructureLog } from './core/log.js';
import { ProfileDirectory } from './core/profile-directory.js';
import { ReceiveWebhookUseCase } from './core/receive-webhook.use-case.js';
import { SessionVerifier } from './core/session-verifier.js';
import { NoMetrics, type SyncMetrics } from './core/sync-metrics.js';
import {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from './core/sync-user.use-case.js';
import { UserRepository } from './core/user.repository.js';
import { WebhookReceipts } from './core/webhook-receipts.js';
import { WebhookVerifier } from './core/webhook-verifier.js';
import {
  CachedAuthenticator,
  type KnownRequest,
} from './infrastructure/cache/cached-authenticator.js';
import { CachedSessionVerifier } from './infrastructure/cache/cached-session-verifier.js';
import { CachedUserRepository } from './infrastructure/cache/cached-user.repository.js';
import { ClerkProfileDirectory } from './infrastructure/clerk/clerk-profile-directory.js';
import { ClerkWebhookVerifier } from './infrastructure/clerk/clerk-webhook-verifier.js';
import { ClerkService } from './infrastructure/clerk/clerk.service.js';
import {
  JwksSource,
  PemSigningKeys,
  RemoteSigningKeys,
  SigningKeys,
} from './infrastructure/clerk/signing-keys.js';
import {
  traced,
  tracedFetch,
  tracedHandler,
  TracedUserRepository,
  untraced,
} from './infrastructure/tracing/traced-dependencies.js';
import {
  TracedAuthenticator,
  TracedReceiveWebhook,
  TracedSessionVerifier,
  TracedWebhookVerifier,
} from './infrastructure/tracing/traced-requests.js';
import type { ClerkUserRow, ClerkUserTable } from './infrastructure/postgres/clerk-columns.js';
import { createDatabase } from './infrastructure/postgres/database.js';
import { DrizzleUserRepository } from './infrastructure/postgres/drizzle-user.repository.js';
import { EventHandlers } from './infrastructure/postgres/event-handlers.js';
import { Erasers } from './infrastructure/postgres/erasers.js';
import { MeasuredUserRepository } from './infrastructure/postgres/measured-user.repository.js';
import { listenForErrors } from './infrastructure/postgres/pool-errors.js';
import { PostgresUserChanges } from './infrastructure/postgres/postgres-user-changes.js';
import { PostgresWebhookReceipts } from './infrastructure/postgres/postgres-webhook-receipts.js';
import { WriteAccess } from './infrastructure/postgres/write-access.js';
import { NestLog } from './nest-log.js';
import { findEventHandlers } from './on-user-event.js';
import { ClerkAuthGuard } from './presentation/clerk-auth.guard.js';
import { webhookControllerAt } from './presentation/clerk-webhook.controller.js';
import { DecoratedMethods } from './presentation/decorated-methods.js';
import { findErasers } from './erase-user-data.js';
import { RawBodyCheck } from './presentation/raw-body.js';
import { provideUseCase } from './provide-use-case.js';

type AnyOptions = ClerkSyncOptions<ClerkUserTable, unknown>;
type TokenCache = CachedSessionVerifier<KnownRequest<unknown>>;

/** Options that decide what the module consists of, and so cannot be injected. */
export interface ClerkSyncExtras {
  /** Whether every module may inject `ClerkSync`. Default: true. */
  readonly isGlobal?: boolean;
  /** Whether every route needs a session unless it is `@Public()`. Default: true. */
  readonly globalGuard?: boolean;
  /** Where Clerk's webhooks arrive; false: nowhere. Default: `webhooks/clerk`. */
  readonly webhookPath?: string | false;
}

/** Options of `forRootAsync`. */
export interface ClerkSyncAsyncOptions<Table extends ClerkUserTable, Entity>
  extends ClerkSyncExtras, Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as Nest's own factories; `inject` decides
    ...dependencies: any[]
  ) => ClerkSyncOptions<Table, Entity> | Promise<ClerkSyncOptions<Table, Entity>>;
}

/** The log and counters that the options name. Not the ports, which an application may provide itself. */
const logToken = Symbol('ClerkSync log');
const metricsToken = Symbol('ClerkSync metrics');
const clockToken = Symbol('ClerkSync clock');
const tokenCacheToken = Symbol('ClerkSync token cache');
const settingsToken = Symbol('ClerkSync settings');
const webhookPathToken = Symbol('ClerkSync webhook path');

/** Milliseconds that Clerk has to send its signing keys. */
const keyTimeoutMs = 5_000;

const defaultMaxAgeMs = 1_000;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: optionsToken } =
  new ConfigurableModuleBuilder<AnyOptions>({ moduleName: 'ClerkSync' })
    .setClassMethodName('forRoot')
    .setExtras<ClerkSyncExtras>(
      { isGlobal: true, globalGuard: true, webhookPath: 'webhooks/clerk' },
      (definition, { isGlobal = true, globalGuard = true, webhookPath = 'webhooks/clerk' }) => ({
        ...definition,
        global: isGlobal,
        controllers: webhookPath === false ? [] : [webhookControllerAt(webhookPath)],
        providers: [
          ...(definition.providers ?? []),
          { provide: webhookPathToken, useValue: webhookPath },
          ...(globalGuard ? [{ provide: APP_GUARD, useExisting: ClerkAuthGuard }] : []),
        ],
      }),
    )
    .build();

/**
 * Gives every request of a signed-in user the local user, brought up to date.
 *
 * @example
 * ClerkSyncModule.forRoot({
 *   secretKey, publishableKey, webhookSigningSecret,
 *   authorizedParties: ['https://app.example.com'],
 *   database: { pool, users },
 * });
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: settingsToken,
      inject: [optionsToken],
      useFactory: (options: AnyOptions): ClerkSettings => clerkSettings(options),
    },
    {
      provide: logToken,
      inject: [optionsToken],
      useFactory: ({ log }: AnyOptions) => log ?? new NestLog(),
    },
    {
      provide: metricsToken,
      inject: [optionsToken],
      useFactory: ({ metrics }: AnyOptions) => metrics ?? new NoMetrics(),
    },
    {
      provide: clockToken,
      inject: [optionsToken],
      useFactory: ({ clock }: AnyOptions) => clock ?? new SystemClock(),
    },
    {
      provide: SigningKeys,
      inject: [settingsToken, clockToken, logToken, metricsToken, optionsToken],
      useFactory: (
        { jwtKey, apiUrl, secretKey }: ClerkSettings,
        clock: Clock,
        log: InfrastructureLog,
        metrics: SyncMetrics,
        { tracer }: AnyOptions,
      ) => {
        if (jwtKey !== undefined) return new PemSigningKeys(jwtKey);
        const source = new JwksSource({
          apiUrl,
          secretKey,
          timeoutMs: keyTimeoutMs,
          fetch: traced(fetch, tracer, tracedFetch),
        });
        return new RemoteSigningKeys(source, clock, log, metrics);
      },
    },
    {
      provide: ClerkService,
      inject: [SigningKeys, clockToken, settingsToken, logToken],
      useFactory: (
        keys: SigningKeys,
        clock: Clock,
        settings: ClerkSettings,
        log: InfrastructureLog,
      ) => new ClerkService(keys, clock, settings, log),
    },
    {
      provide: tokenCacheToken,
      inject: [ClerkService, clockToken, optionsToken, metricsToken],
      useFactory: (
        service: ClerkService,
        clock: Clock,
        { cache }: AnyOptions,
        metrics: SyncMetrics,
      ): TokenCache | null =>
        (cache?.tokens ?? true) ? new CachedSessionVerifier(service, clock, metrics) : null,
    },
    {
      provide: SessionVerifier,
      inject: [tokenCacheToken, ClerkService, optionsToken],
      useFactory: (tokens: TokenCache | null, service: ClerkService, { tracer }: AnyOptions) =>
        traced<SessionVerifier>(
          tokens ?? service,
          tracer,
          (sessions, by) => new TracedSessionVerifier(sessions, by),
        ),
    },
    {
      provide: ProfileDirectory,
      inject: [settingsToken, clockToken, logToken, optionsToken],
      useFactory: (
        settings: ClerkSettings,
        clock: Clock,
        log: InfrastructureLog,
        { tracer }: AnyOptions,
      ) =>
        new ClerkProfileDirectory(
          { ...settings, fetch: traced(fetch, tracer, tracedFetch) },
          clock,
          log,
        ),
    },
    {
      provide: WebhookVerifier,
      inject: [settingsToken, clockToken, optionsToken],
      useFactory: (
        { webhookSigningSecrets }: ClerkSettings,
        clock: Clock,
        { tracer }: AnyOptions,
      ) =>
        traced<WebhookVerifier>(
          new ClerkWebhookVerifier(webhookSigningSecrets, clock),
          tracer,
          (webhooks, by) => new TracedWebhookVerifier(webhooks, by),
        ),
    },
    {
      provide: WriteAccess,
      inject: [optionsToken, logToken, clockToken],
      useFactory: (options: AnyOptions, log: InfrastructureLog, clock: Clock) => {
        const { pool } = databaseOptions(options);
        listenForErrors(pool, log);
        return new WriteAccess(pool, log, clock);
      },
    },
    {
      provide: PostgresUserChanges,
      inject: [optionsToken, settingsToken, logToken, WriteAccess],
      useFactory: (
        { database }: AnyOptions,
        { settingNames }: ClerkSettings,
        log: InfrastructureLog,
        writes: WriteAccess,
      ) => {
        const { pool, users } = database;
        const url = database.directUrl ?? pool.options.connectionString ?? '';
        const observe = writes.observe.bind(writes);
        return new PostgresUserChanges(url, pool, users, log, observe, settingNames);
      },
    },
    {
      provide: DecoratedMethods,
      inject: [DiscoveryService],
      useFactory: (discovery: DiscoveryService) => new DecoratedMethods(discovery),
    },
    {
      provide: Erasers,
      inject: [DecoratedMethods, logToken],
      useFactory: (methods: DecoratedMethods, log: InfrastructureLog) =>
        new Erasers(() => findErasers(methods), log),
    },
    {
      provide: EventHandlers,
      inject: [
        DecoratedMethods,
        optionsToken,
        WriteAccess,
        PostgresUserChanges,
        logToken,
        metricsToken,
      ],
      useFactory: (
        methods: DecoratedMethods,
        { database, tracer }: AnyOptions,
        writes: WriteAccess,
        changes: PostgresUserChanges,
        log: InfrastructureLog,
        metrics: SyncMetrics,
      ) => {
        const find = (): ReturnType<typeof findEventHandlers> =>
          findEventHandlers(methods).map((handler) => traced(handler, tracer, tracedHandler));
        const handlers = new EventHandlers(find, database.pool, writes, log, metrics);
        changes.subscribe(handlers);
        return handlers;
      },
    },
    {
      provide: UserRepository,
      inject: [
        optionsToken,
        WriteAccess,
        PostgresUserChanges,
        clockToken,
        metricsToken,
        Erasers,
        EventHandlers,
      ],
      useFactory: (
        { database, cache, toUser = asItIs, tracer }: AnyOptions,
        writes: WriteAccess,
        changes: PostgresUserChanges,
        clock: Clock,
        metrics: SyncMetrics,
        erasers: Erasers,
        handlers: EventHandlers,
      ) => {
        const mapping = { users: database.users, toUser };
        const db = createDatabase(database.pool);
        const stored = new DrizzleUserRepository(db, writes, mapping, clock, erasers);
        const users = new MeasuredUserRepository(stored, metrics, clock, () => {
          handlers.wake();
        });
        const maxAgeMs = cache?.maxAgeMs ?? defaultMaxAgeMs;
        return traced<UserRepository<unknown>>(
          (cache?.users ?? true)
            ? new CachedUserRepository(users, changes, { maxAgeMs, clock, metrics })
            : users,
          tracer,
          (all, by) => new TracedUserRepository(all, by),
        );
      },
    },
    provideUseCase(SyncUserUseCase<unknown>, [UserRepository<unknown>]),
    provideUseCase(DeleteUserUseCase, [UserRepository<unknown>]),
    provideUseCase(EndSessionUseCase, [UserRepository<unknown>]),
    {
      provide: AuthenticateRequestUseCase,
      inject: [
        SessionVerifier,
        SyncUserUseCase,
        UserRepository,
        ProfileDirectory,
        metricsToken,
        clockToken,
      ],
      useFactory: (
        sessions: SessionVerifier,
        syncUser: SyncUserUseCase<unknown>,
        users: UserRepository<unknown>,
        directory: ProfileDirectory,
        metrics: SyncMetrics,
        clock: Clock,
      ) => new AuthenticateRequestUseCase(sessions, syncUser, users, directory, metrics, clock),
    },
    {
      provide: Authenticator,
      inject: [
        AuthenticateRequestUseCase,
        tokenCacheToken,
        SessionVerifier,
        UserRepository,
        metricsToken,
        clockToken,
        optionsToken,
      ],
      useFactory: (
        uncached: AuthenticateRequestUseCase<unknown>,
        tokens: TokenCache | null,
        sessions: SessionVerifier,
        users: UserRepository<unknown>,
        metrics: SyncMetrics,
        clock: Clock,
        { tracer }: AnyOptions,
      ) => {
        const rows = untraced(users);
        // A test may have replaced the verifier.
        const isCached = tokens !== null && untraced(sessions) === tokens;
        return traced<Authenticator<unknown>>(
          isCached && rows instanceof CachedUserRepository
            ? new CachedAuthenticator(uncached, tokens, rows, metrics, clock)
            : uncached,
          tracer,
          (authenticator, by) => new TracedAuthenticator(authenticator, by),
        );
      },
    },
    {
      provide: ReceiveWebhookUseCase,
      inject: [
        WebhookVerifier,
        SyncUserUseCase,
        DeleteUserUseCase,
        EndSessionUseCase,
        metricsToken,
        WebhookReceipts,
        clockToken,
        optionsToken,
      ],
      useFactory: (
        webhooks: WebhookVerifier,
        syncUser: SyncUserUseCase<unknown>,
        deleteUser: DeleteUserUseCase,
        endSession: EndSessionUseCase,
        metrics: SyncMetrics,
        receipts: WebhookReceipts,
        clock: Clock,
        { tracer }: AnyOptions,
      ) => {
        const sync = [syncUser, deleteUser, endSession] as const;
        const dependencies = [webhooks, ...sync, metrics, receipts, clock] as const;
        return tracer === undefined
          ? new ReceiveWebhookUseCase(...dependencies)
          : new TracedReceiveWebhook(tracer, ...dependencies);
      },
    },
    {
      provide: PostgresWebhookReceipts,
      inject: [optionsToken, WriteAccess, logToken, clockToken],
      useFactory: (
        { database }: AnyOptions,
        writes: WriteAccess,
        log: InfrastructureLog,
        clock: Clock,
      ) => new PostgresWebhookReceipts(database.pool, writes, log, clock),
    },
    { provide: WebhookReceipts, useExisting: PostgresWebhookReceipts },
    {
      provide: ClerkSync,
      inject: [
        UserRepository,
        ProfileDirectory,
        metricsToken,
        optionsToken,
        settingsToken,
        clockToken,
        logToken,
      ],
      useFactory: (
        users: UserRepository<unknown>,
        directory: ProfileDirectory,
        metrics: SyncMetrics,
        { database, tracer }: AnyOptions,
        clerk: ClerkSettings,
        clock: Clock,
        log: InfrastructureLog,
      ) =>
        new ClerkSync(users, directory, metrics, (ratePerSecond) =>
          createReconciliation({
            clerk,
            fetch: traced(fetch, tracer, tracedFetch),
            db: createDatabase(database.pool),
            table: database.users,
            users,
            metrics,
            clock,
            ...(ratePerSecond !== undefined && { ratePerSecond }),
            onWait: (message) => {
              log.info(message);
            },
          }),
        ),
    },
    {
      provide: RawBodyCheck,
      inject: [HttpAdapterHost],
      useFactory: (host: HttpAdapterHost) => new RawBodyCheck(host),
    },
    ClerkAuthGuard,
  ],
  exports: [
    ClerkSync,
    ClerkAuthGuard,
    Authenticator,
    UserRepository,
    WriteAccess,
    PostgresUserChanges,
    WebhookReceipts,
    EventHandlers,
  ],
})
export class ClerkSyncModule
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  constructor(
    @Inject(optionsToken) private readonly options: AnyOptions,
    @Inject(logToken) private readonly log: InfrastructureLog,
    @Inject(webhookPathToken) private readonly webhookPath: string | false,
    @Inject(WebhookVerifier) private readonly webhooks: WebhookVerifier,
    @Inject(WriteAccess) private readonly writes: WriteAccess,
    @Inject(PostgresUserChanges) private readonly changes: PostgresUserChanges,
    @Inject(PostgresWebhookReceipts) private readonly receipts: PostgresWebhookReceipts,
    @Inject(RawBodyCheck) private readonly rawBody: RawBodyCheck,
    @Inject(Erasers) private readonly erasers: Erasers,
    @Inject(EventHandlers) private readonly handlers: EventHandlers,
  ) {}

  /** Configures the module with values. */
  static forRoot<Table extends ClerkUserTable, Entity = ClerkUserRow<Table>>(
    options: ClerkSyncOptions<Table, Entity> & ClerkSyncExtras,
  ): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(erased(options)), module: ClerkSyncModule };
  }

  /** Configures the module with injected values. */
  static forRootAsync<Table extends ClerkUserTable, Entity = ClerkUserRow<Table>>(
    options: ClerkSyncAsyncOptions<Table, Entity>,
  ): DynamicModule {
    const { useFactory, inject = [], imports = [], ...extras } = options;
    const definition = ConfigurableModuleClass.forRootAsync({
      ...extras,
      imports,
      inject,
      useFactory: async (...dependencies: unknown[]) => erased(await useFactory(...dependencies)),
    });
    return { ...definition, module: ClerkSyncModule };
  }

  onModuleInit(): void {
    // Fails the start, not the first deletion, if one is declared wrongly.
    this.erasers.all();
    this.handlers.all();
    if (this.webhookPath === false) return;
    this.rawBody.assertKept();
    if (this.webhooks.isEnabled) return;
    this.log.warn(
      `Webhooks are off: there is no signing secret. POST /${this.webhookPath} answers 404, and users who are deleted at Clerk stay in the database. Set CLERK_WEBHOOK_SIGNING_SECRET to receive webhooks.`,
    );
  }

  onApplicationBootstrap(): void {
    const isListening = this.canListen();
    void Promise.resolve(this.options.database.ready).then(
      () => {
        if (isListening) this.changes.start();
        this.handlers.start();
      },
      () => undefined,
    );
  }

  onModuleDestroy(): void {
    this.changes.stop();
    this.handlers.stop();
    this.receipts.stop();
    this.writes.stop();
  }

  /** After the HTTP server has closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.handlers.end();
  }

  private canListen(): boolean {
    const { cache, database } = this.options;
    if (cache?.users === false) return false;
    if (database.directUrl !== undefined || database.pool.options.connectionString !== undefined) {
      return true;
    }
    this.log.warn(
      'The module has no address to LISTEN at: cached users are read again after cache.maxAgeMs. Set database.directUrl.',
    );
    return false;
  }
}

/** The container knows no types: what was checked where the options were written need not be kept. */
function erased<Options>(options: Options): Options & AnyOptions {
  return options as Options & AnyOptions;
}

function asItIs(row: unknown): unknown {
  return row;
}
