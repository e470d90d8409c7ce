import {
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  Clock,
  createConnectionPool,
  InfrastructureLog,
  UserRepository,
} from '@populatte/nestjs-clerk-sync';
import {
  CachedUserRepository,
  DatabaseClient,
  DrizzleUserRepository,
  PostgresReconciliationStore,
  PostgresUserChanges,
  WriteAccess,
} from '@populatte/nestjs-clerk-sync/internal';
import { UserJournal } from '../../core/events/user-journal.js';
import { DrainableReadiness, Readiness } from '../../core/readiness.js';
import { endProcess } from '../../shutdown.js';
import { Environment } from '../config/env.schema.js';
import { ProcessLog } from '../telemetry/logger.js';
import { checkClerkInstance } from './clerk-instance.js';
import { DatabaseReadiness } from './database-readiness.js';
import { describeDatabaseError } from './explain-database-error.js';
import { applyMigrations, MigrationRunner } from './migrations.js';
import { DrizzleUserJournal } from './drizzle-user-journal.js';
import { JournalRetention } from './journal-retention.js';
import { Queries } from './queries.js';

/** PostgreSQL: connections, migrations, notifications, and the repositories on them. */
@Module({
  providers: [
    {
      provide: DatabaseClient,
      inject: [Environment, InfrastructureLog],
      useFactory: ({ database }: Environment, log: InfrastructureLog) =>
        new DatabaseClient(createConnectionPool(database.url, database.poolSize, log)),
    },
    {
      provide: WriteAccess,
      inject: [DatabaseClient, InfrastructureLog, Clock],
      useFactory: ({ pool }: DatabaseClient, log: InfrastructureLog, clock: Clock) =>
        new WriteAccess(pool, log, clock),
    },
    {
      provide: PostgresUserChanges,
      inject: [Environment, DatabaseClient, InfrastructureLog, WriteAccess],
      useFactory: (
        { database }: Environment,
        { pool }: DatabaseClient,
        log: InfrastructureLog,
        writes: WriteAccess,
      ) =>
        new PostgresUserChanges(database.directUrl, pool, log, (server) => {
          writes.observe(server);
        }),
    },
    {
      provide: UserRepository,
      inject: [Environment, DatabaseClient, WriteAccess, PostgresUserChanges, Clock],
      useFactory: (
        { cache }: Environment,
        { db }: DatabaseClient,
        writes: WriteAccess,
        changes: PostgresUserChanges,
        clock: Clock,
      ) => {
        const users = new DrizzleUserRepository(db, writes, clock);
        return cache.users
          ? new CachedUserRepository(users, changes, { maxAgeMs: cache.userMaxAgeMs, clock })
          : users;
      },
    },
    {
      provide: Queries,
      inject: [DatabaseClient, WriteAccess],
      useFactory: ({ db }: DatabaseClient, writes: WriteAccess) => new Queries(db, writes),
    },
    {
      provide: UserJournal,
      inject: [Queries],
      useFactory: (queries: Queries) => new DrizzleUserJournal(queries),
    },
    {
      provide: JournalRetention,
      inject: [UserJournal, Environment, InfrastructureLog],
      useFactory: (events: UserJournal, { journal }: Environment, log: InfrastructureLog) =>
        new JournalRetention(events, journal.retentionDays, log),
    },
    {
      provide: DrainableReadiness,
      inject: [DatabaseClient, WriteAccess],
      useFactory: ({ db }: DatabaseClient, writes: WriteAccess) =>
        new DrainableReadiness(new DatabaseReadiness(db, writes)),
    },
    { provide: Readiness, useExisting: DrainableReadiness },
  ],
  exports: [UserRepository, UserJournal, Queries, Readiness, DrainableReadiness],
})
export class DatabaseModule
  implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  private readonly migrations: MigrationRunner;

  constructor(
    private readonly env: Environment,
    private readonly client: DatabaseClient,
    private readonly writes: WriteAccess,
    private readonly changes: PostgresUserChanges,
    private readonly readiness: Readiness,
    private readonly log: InfrastructureLog,
    { logger }: ProcessLog,
  ) {
    this.migrations = new MigrationRunner(
      (onWaiting) => applyMigrations(env.database.directUrl, onWaiting),
      log,
      () => {
        this.startListening();
      },
      (cause) => {
        logger.fatal(
          { err: cause },
          `Cannot start: a migration failed and was rolled back. ${describeDatabaseError(cause)}`,
        );
        endProcess(1);
      },
    );
  }

  /** Runs before the API listens; returns after at most a few seconds, so that it answers meanwhile. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.env.database.migrate) {
      await this.migrations.start();
      return;
    }
    this.startListening();
    // Without migrations nothing else looks at the database before the first request.
    const report = await this.readiness.check();
    if (report.status === 'unavailable') {
      this.log.warn(
        `The database cannot be used; answering 503 until it can. ${report.reason} ${report.fix}`,
      );
    }
  }

  onModuleDestroy(): void {
    this.migrations.stop();
    this.changes.stop();
    this.writes.stop();
  }

  /** After the HTTP server has closed: no request needs a connection any more. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.client.pool.ending) await this.client.pool.end();
  }

  private startListening(): void {
    if (this.env.cache.users) this.changes.start();
    const store = new PostgresReconciliationStore(this.client.db);
    void checkClerkInstance(store, this.env.clerk.issuer, this.log);
  }
}
