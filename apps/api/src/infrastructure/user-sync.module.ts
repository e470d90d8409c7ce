import {
  Clock,
  ClerkSyncModule,
  InfrastructureLog,
  SyncMetrics,
} from '@populatte/nestjs-clerk-sync';
import { DatabaseClient } from '@populatte/nestjs-clerk-sync/internal';
import { Environment } from './config/env.schema.js';
import { ConnectionModule } from './database/connection.module.js';
import { SchemaReady } from './database/schema-ready.js';
import { toUser } from './database/to-user.js';
import { users } from './database/users.table.js';
import { Tracing } from './telemetry/tracing.js';

/** Authentication of every route, the sync of users, and Clerk's webhook at `POST /webhooks/clerk`. */
export const userSyncModule = ClerkSyncModule.forRootAsync({
  imports: [ConnectionModule],
  inject: [
    Environment,
    DatabaseClient,
    SchemaReady,
    InfrastructureLog,
    SyncMetrics,
    Clock,
    Tracing,
  ],
  useFactory: (
    { clerk, database, cache }: Environment,
    { pool }: DatabaseClient,
    schema: SchemaReady,
    log: InfrastructureLog,
    metrics: SyncMetrics,
    clock: Clock,
    { active }: Tracing,
  ) => ({
    ...clerk,
    webhookSigningSecret: clerk.webhookSigningSecrets,
    database: { pool, directUrl: database.directUrl, users, ready: schema.reached },
    cache: { tokens: cache.tokens, users: cache.users, maxAgeMs: cache.userMaxAgeMs },
    toUser,
    log,
    metrics,
    clock,
    tracer: active?.tracer,
    settingNames: {
      issuer: 'CLERK_ISSUER',
      authorizedParties: 'CLERK_AUTHORIZED_PARTIES (default: WEB_URL)',
      acceptTokensWithoutAzp: 'CLERK_ACCEPT_TOKENS_WITHOUT_AZP',
      pool: 'DATABASE_URL',
      directUrl: 'DATABASE_DIRECT_URL',
      maxAgeMs: 'USER_CACHE_MAX_AGE_MS',
    },
  }),
});
