import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { createConnectionPool, InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import { DatabaseClient } from '@populatte/nestjs-clerk-sync/internal';
import { Environment } from '../config/env.schema.js';
import { SchemaReady } from './schema-ready.js';

/** The connections to PostgreSQL, which the module and the application's repositories share. */
@Module({
  providers: [
    SchemaReady,
    {
      provide: DatabaseClient,
      inject: [Environment, InfrastructureLog],
      useFactory: ({ database }: Environment, log: InfrastructureLog) =>
        new DatabaseClient(createConnectionPool(database.url, database.poolSize, log)),
    },
  ],
  exports: [DatabaseClient, SchemaReady],
})
export class ConnectionModule implements OnApplicationShutdown {
  constructor(private readonly client: DatabaseClient) {}

  /** After the HTTP server has closed: no request needs a connection any more. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.client.pool.ending) await this.client.pool.end();
  }
}
