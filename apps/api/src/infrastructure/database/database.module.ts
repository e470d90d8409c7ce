import { Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import {
  DatabaseClient,
  PostgresReconciliationStore,
  WriteAccess,
} from '@populatte/nestjs-clerk-sync/internal';
import { UserJournal } from '../../core/events/user-journal.js';
import { DrainableReadiness, Readiness } from '../../core/readiness.js';
import { endProcess } from '../../shutdown.js';
import { Environment } from '../config/env.schema.js';
import { ProcessLog } from '../telemetry/logger.js';
import { ProcessMetrics } from '../telemetry/process-metrics.js';
import { checkClerkInstance } from './clerk-instance.js';
import { ConnectionModule } from './connection.module.js';
import { DatabaseReadiness } from './database-readiness.js';
import { describeDatabaseError } from './explain-database-error.js';
import { MigrationRunner } from './migration-runner.js';
import { applyMigrations } from './migrations.js';
import { DrizzleUserJournal } from './drizzle-user-journal.js';
import { JournalRetention } from './journal-retention.js';
import { Queries } from './queries.js';
import { SchemaReady } from './schema-ready.js';

/** Migrations, readiness, and the queries of the application's repositories. */
@Module({
  imports: [ConnectionModule],
  providers: [
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
  exports: [UserJournal, Queries, Readiness, DrainableReadiness],
})
export class DatabaseModule implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly migrations: MigrationRunner;

  constructor(
    private readonly env: Environment,
    private readonly client: DatabaseClient,
    private readonly schema: SchemaReady,
    private readonly readiness: Readiness,
    private readonly log: InfrastructureLog,
    { logger }: ProcessLog,
    { active: metrics }: ProcessMetrics,
    writes: WriteAccess,
  ) {
    metrics?.addPool(client.pool);
    metrics?.addWrites(writes);
    this.migrations = new MigrationRunner(
      (onWaiting) => applyMigrations(env.database.directUrl, onWaiting),
      log,
      () => {
        this.schemaReached();
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

  /**
   * Runs before the API listens; returns after a few seconds at most, so that the API can respond
   * in the meantime.
   */
  async onApplicationBootstrap(): Promise<void> {
    if (this.env.database.migrate) {
      await this.migrations.start();
      return;
    }
    this.schemaReached();
    // Without migrations, nothing else checks the database before the first request.
    const report = await this.readiness.check();
    if (report.status === 'unavailable') {
      this.log.warn(
        `The database cannot be used; requests get 503 until it can. ${report.reason} ${report.fix}`,
      );
    }
  }

  onModuleDestroy(): void {
    this.migrations.stop();
  }

  private schemaReached(): void {
    this.schema.reach();
    const store = new PostgresReconciliationStore(this.client.db);
    void checkClerkInstance(store, this.env.clerk.issuer, this.log);
  }
}
