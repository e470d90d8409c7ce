import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { createConnectionPool, InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import { DatabaseClient } from '@populatte/nestjs-clerk-sync/internal';
import { Environment } from '../config/env.schema.js';
import { Tracing } from '../telemetry/tracing.js';
import { SchemaReady } from './schema-ready.js';
import { tracePool } from './traced-pool.js';

/** The connections to PostgreSQL, which the module and the application's repositories share. */
@Module({
  providers: [
    SchemaReady,
    {
      provide: DatabaseClient,
      inject: [Environment, InfrastructureLog, Tracing],
      useFactory: ({ database }: Environment, log: InfrastructureLog, { active }: Tracing) => {
        const pool = createConnectionPool(database.url, database.poolSize, log);
        if (active !== null) tracePool(pool, active);
        return new DatabaseClient(pool);
      },
    },
  ],
  exports: [DatabaseClient, SchemaReady],
})
export class ConnectionModule implements OnApplicationShutdown {
  constructor(private readonly client: DatabaseClient) {}

  /** Runs after the HTTP server has closed, when no request needs a connection any more. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.client.pool.ending) await this.client.pool.end();
  }
}
