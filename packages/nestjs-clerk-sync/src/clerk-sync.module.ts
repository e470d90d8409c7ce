import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { ClerkSync } from './clerk-sync.js';
import { Authenticator } from './core/authenticate-request.use-case.js';
import type { InfrastructureLog } from './core/log.js';
import { UserRepository } from './core/user.repository.js';
import { WebhookReceipts } from './core/webhook-receipts.js';
import { WebhookVerifier } from './core/webhook-verifier.js';
import {
  type ClerkUserRow,
  type ClerkUserTable,
  shortColumns,
  unfilledColumns,
} from './infrastructure/postgres/clerk-columns.js';
import { Erasers } from './infrastructure/postgres/erasers.js';
import { EventHandlers } from './infrastructure/postgres/event-handlers.js';
import { settingsOf } from './infrastructure/postgres/pool-settings.js';
import { PostgresUserChanges } from './infrastructure/postgres/postgres-user-changes.js';
import { PostgresWebhookReceipts } from './infrastructure/postgres/postgres-webhook-receipts.js';
import { WriteAccess } from './infrastructure/postgres/write-access.js';
import { assertImportedAtStart, assertNoCollision } from './module-imports.js';
import { checkedOptions, type ClerkSyncOptions, ClerkSyncOptionsError } from './options.js';
import { ClerkAuthGuard } from './presentation/clerk-auth.guard.js';
import { DecoratedMethods } from './presentation/decorated-methods.js';
import { OpenHandlers } from './presentation/open-handlers.js';
import { RawBodyCheck } from './presentation/raw-body.js';
import { WebhookVersionCheck } from './presentation/webhook-version.js';
import { provideUseCase } from './provide.js';
import { clerkProviders, settingProviders } from './providers/clerk.providers.js';
import { postgresProviders } from './providers/postgres.providers.js';
import {
  type AnyOptions,
  type ClerkSyncExtras,
  ConfigurableModuleClass,
  extrasToken,
  logToken,
  optionsToken,
} from './providers/tokens.js';
import { useCaseProviders } from './providers/use-case.providers.js';
import { StaticOptions } from './static-options.js';

/** Creates the options, for `useClass` and `useExisting`. */
export interface ClerkSyncOptionsFactory<Table extends ClerkUserTable, Entity> {
  createClerkSyncOptions():
    ClerkSyncOptions<Table, Entity> | Promise<ClerkSyncOptions<Table, Entity>>;
}

/** Options of `forRootAsync`: one of `useFactory`, `useClass` and `useExisting`. */
export interface ClerkSyncAsyncOptions<Table extends ClerkUserTable, Entity>
  extends ClerkSyncExtras, Pick<ModuleMetadata, 'imports'> {
  /** The tokens of `useFactory`'s arguments. */
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory?: (
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as Nest's own factories; `inject` decides
    ...dependencies: any[]
  ) => ClerkSyncOptions<Table, Entity> | Promise<ClerkSyncOptions<Table, Entity>>;
  /** A class that the module creates, with what `imports` provide. */
  readonly useClass?: Type<ClerkSyncOptionsFactory<Table, Entity>>;
  /** A provider of `imports` or of a global module. */
  readonly useExisting?: Type<ClerkSyncOptionsFactory<Table, Entity>>;
}

/**
 * Gives every signed-in request its local database user, up to date.
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
    ...settingProviders,
    ...clerkProviders,
    ...postgresProviders,
    ...useCaseProviders,
    provideUseCase(DecoratedMethods, [DiscoveryService]),
    provideUseCase(OpenHandlers, [DiscoveryService]),
    provideUseCase(StaticOptions, [DiscoveryService]),
    provideUseCase(RawBodyCheck, [HttpAdapterHost]),
    provideUseCase(WebhookVersionCheck, [HttpAdapterHost]),
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
    @Inject(extrasToken) private readonly extras: ClerkSyncExtras,
    @Inject(WebhookVerifier) private readonly webhooks: WebhookVerifier,
    @Inject(WriteAccess) private readonly writes: WriteAccess,
    @Inject(PostgresUserChanges) private readonly changes: PostgresUserChanges,
    @Inject(PostgresWebhookReceipts) private readonly receipts: PostgresWebhookReceipts,
    @Inject(RawBodyCheck) private readonly rawBody: RawBodyCheck,
    @Inject(WebhookVersionCheck) private readonly webhookVersions: WebhookVersionCheck,
    @Inject(OpenHandlers) private readonly openHandlers: OpenHandlers,
    @Inject(Erasers) private readonly erasers: Erasers,
    @Inject(EventHandlers) private readonly handlers: EventHandlers,
    @Inject(ModulesContainer) modules: ModulesContainer,
  ) {
    // Nest calls no lifecycle hook of a module that is loaded lazily, and Fastify refuses equal routes
    // before the hooks.
    assertImportedAtStart(modules, ClerkSyncModule);
    assertNoCollision(modules, ClerkSyncModule);
  }

  /** Configures the module with values. */
  static forRoot<Table extends ClerkUserTable, Entity = ClerkUserRow<Table>>(
    options: ClerkSyncOptions<Table, Entity> & ClerkSyncExtras,
  ): DynamicModule {
    const { isGlobal, globalGuard, webhookPath, webhookVersion } = presentOptions(options);
    const extras: ClerkSyncExtras = { isGlobal, globalGuard, webhookPath, webhookVersion };
    return ClerkSyncModule.forRootAsync({ ...extras, useFactory: () => options });
  }

  /** Configures the module with injected values. */
  static forRootAsync<Table extends ClerkUserTable, Entity = ClerkUserRow<Table>>(
    options: ClerkSyncAsyncOptions<Table, Entity>,
  ): DynamicModule {
    const {
      inject = [],
      imports = [],
      isGlobal,
      globalGuard,
      webhookPath,
      webhookVersion,
    } = presentOptions(options);
    const { useFactory, useClass, useExisting } = options;
    assertPath(webhookPath);
    const factory = useClass ?? useExisting;
    const create =
      factory === undefined
        ? useFactory
        : (made: ClerkSyncOptionsFactory<Table, Entity>) => made.createClerkSyncOptions();
    if (typeof create !== 'function') {
      throw new ClerkSyncOptionsError(['useFactory: pass it, or useClass, or useExisting.']);
    }
    const definition = ConfigurableModuleClass.forRootAsync({
      ...{ isGlobal, globalGuard, webhookPath, webhookVersion, imports },
      inject: factory === undefined ? inject : [factory],
      useFactory: async (...dependencies: unknown[]) =>
        erased(checkedOptions(await create(...(dependencies as [never])))),
    });
    const providers = [
      ...(definition.providers ?? []),
      ...(useClass === undefined ? [] : [useClass]),
    ];
    return { ...definition, providers, module: ClerkSyncModule };
  }

  onModuleInit(): void {
    // Reports a wrong declaration at startup instead of at the first deletion.
    this.erasers.all();
    this.handlers.all();
    this.warnOfUnfilledColumns();
    this.warnOfShortColumns();
    const { globalGuard, webhookPath, webhookVersion } = this.extras;
    if (globalGuard === true) this.openHandlers.assertNone();
    if (webhookPath === false) return;
    this.rawBody.assertKept();
    if (webhookVersion === undefined) this.webhookVersions.assertReachable();
    if (this.webhooks.isEnabled) return;
    this.log.warn(
      `Webhooks are off because no signing secret is set: POST /${String(webhookPath)} returns 404, and users who are deleted at Clerk stay in the database. To receive webhooks, set CLERK_WEBHOOK_SIGNING_SECRET.`,
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

  private warnOfUnfilledColumns(): void {
    const columns = unfilledColumns(this.options.database.users);
    if (columns.length === 0) return;
    this.log.warn(
      `The table of users has columns that are not null and without a default in the database (${columns.join(', ')}), so no user can be created unless a trigger fills them. Give each a .default(), or make it nullable; $defaultFn() does not apply here.`,
    );
  }

  private warnOfShortColumns(): void {
    const columns = shortColumns(this.options.database.users);
    if (columns.length === 0) return;
    this.log.warn(
      `The table of users has columns that are too short for some values of Clerk (${columns.join(', ')}): requests of a user with a longer value get 503. Make them text, to which PostgreSQL converts a varchar without rewriting the table.`,
    );
  }

  private canListen(): boolean {
    const { cache, database } = this.options;
    if (cache?.users === false) return false;
    if (database.directUrl !== undefined || settingsOf(database.pool) !== undefined) return true;
    this.log.warn(
      'The module cannot see how the pool connects, and has no database URL for LISTEN: cached users are reloaded after cache.maxAgeMs. Set database.directUrl.',
    );
    return false;
  }
}

/** Nest's container is untyped; the options' types were checked where they were passed in. */
function erased<Options>(options: Options): Options & AnyOptions {
  return options as Options & AnyOptions;
}

/** JavaScript callers can omit them. @throws ClerkSyncOptionsError without options */
function presentOptions<Options>(options: Options): Options {
  return typeof options === 'object' ? options : checkedOptions(options);
}

function assertPath(path: unknown): void {
  if (path === undefined || path === false || typeof path === 'string') return;
  throw new ClerkSyncOptionsError([
    'webhookPath: pass a path like webhooks/clerk, or false for no webhooks, or omit it.',
  ]);
}
