import type { DestinationStream, Logger } from 'pino';
import type { ProfileDirectory } from './core/auth/profile-directory.js';
import type { SessionVerifier } from './core/auth/session-verifier.js';
import { DrainableReadiness } from './core/readiness.js';
import type { RequestLog } from './core/request-log.js';
import type { UserRepository } from './core/users/user.repository.js';
import type { WebhookVerifier } from './core/webhooks/webhook-verifier.js';
import { CachedSessionVerifier } from './infrastructure/clerk/cached-session-verifier.js';
import { ClerkProfileDirectory } from './infrastructure/clerk/clerk-profile-directory.js';
import { ClerkWebhookVerifier } from './infrastructure/clerk/clerk-webhook-verifier.js';
import { ClerkService } from './infrastructure/clerk/clerk.service.js';
import {
  JwksSource,
  PemSigningKeys,
  RemoteSigningKeys,
} from './infrastructure/clerk/signing-keys.js';
import type { Environment } from './infrastructure/config/env.schema.js';
import { CachedUserRepository } from './infrastructure/database/cached-user.repository.js';
import { DatabaseReadiness } from './infrastructure/database/database-readiness.js';
import { createConnectionPool } from './infrastructure/database/connection-pool.js';
import { createDatabase } from './infrastructure/database/database.js';
import { DrizzleUserRepository } from './infrastructure/database/drizzle-user.repository.js';
import { PostgresUserChanges } from './infrastructure/database/postgres-user-changes.js';
import { WriteAccess } from './infrastructure/database/write-access.js';
import { SystemClock } from './core/clock.js';
import { infrastructureLog } from './infrastructure/telemetry/logger.js';
import { PinoRequestLog } from './infrastructure/telemetry/pino-request-log.js';
import { PrometheusMetrics } from './infrastructure/telemetry/prometheus-metrics.js';

/** The adapters of this process, one for each port. */
export interface Infrastructure {
  readonly users: UserRepository;
  readonly sessions: SessionVerifier;
  readonly directory: ProfileDirectory;
  readonly webhooks: WebhookVerifier;
  readonly readiness: DrainableReadiness;
  readonly requestLog: RequestLog;
  readonly metrics: PrometheusMetrics;
  /** Begins what runs beside requests, once the schema may be there. */
  start(): void;
  /** Gives back what the adapters hold: the database's connections. */
  close(): Promise<void>;
}

/** Milliseconds that Clerk has to send its signing keys. */
const keyTimeoutMs = 5_000;

/**
 * @param lines where the logger's lines go
 * @returns adapters as the environment asks for them; nothing is connected to yet
 */
export function createInfrastructure(
  env: Environment,
  logger: Logger,
  lines: DestinationStream,
): Infrastructure {
  const clock = new SystemClock();
  const log = infrastructureLog(logger);
  const pool = createConnectionPool(env.database.url, env.database.poolSize, log);
  const db = createDatabase(pool);
  const clerkApi = { apiUrl: env.clerk.apiUrl, secretKey: env.clerk.secretKey, fetch };
  const keys =
    env.clerk.jwtKey === undefined
      ? new RemoteSigningKeys(new JwksSource({ ...clerkApi, timeoutMs: keyTimeoutMs }), clock, log)
      : new PemSigningKeys(env.clerk.jwtKey);
  const sessions = new ClerkService(keys, clock, env.clerk, log);
  const writes = new WriteAccess(pool, log, clock);
  const users = new DrizzleUserRepository(db, writes, clock);
  const changes = new PostgresUserChanges(env.database.directUrl, pool, log, (server) => {
    writes.observe(server);
  });
  return {
    users: env.cache.users
      ? new CachedUserRepository(users, changes, { maxAgeMs: env.cache.userMaxAgeMs, clock })
      : users,
    sessions: env.cache.tokens ? new CachedSessionVerifier(sessions, clock) : sessions,
    directory: new ClerkProfileDirectory(clerkApi, clock, log),
    webhooks: new ClerkWebhookVerifier(env.clerk.webhookSigningSecrets, clock),
    readiness: new DrainableReadiness(new DatabaseReadiness(db, writes)),
    requestLog: new PinoRequestLog(logger, lines),
    metrics: new PrometheusMetrics(),
    start: () => {
      if (env.cache.users) changes.start();
    },
    close: () => {
      changes.stop();
      writes.stop();
      return pool.end();
    },
  };
}
