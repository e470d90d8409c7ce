import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DestinationStream, Logger } from 'pino';
import { AppModule } from './app.module.js';
import { createInfrastructure, type Infrastructure } from './infrastructure.js';
import type { Environment } from './infrastructure/config/env.schema.js';
import { describeDatabaseError } from './infrastructure/database/explain-database-error.js';
import { applyMigrations, MigrationRunner } from './infrastructure/database/migrations.js';
import { infrastructureLog } from './infrastructure/telemetry/logger.js';
import { NestLogger } from './infrastructure/telemetry/nest-logger.js';
import { serveSwaggerUi } from './presentation/docs/swagger-ui.js';
import { createHttpAdapter, prepareHttp } from './presentation/http/http-server.js';
import { listenForMetrics, serveMetrics } from './presentation/metrics/serve-metrics.js';
import { endProcess, onShutdown } from './shutdown.js';

/** After the drain: 1 s for requests that are on their way, and 6 of the 8 s that an exit may take. */
const closeLimits = { idleMs: 1_000, busyMs: 6_000 } as const;

/**
 * Starts the API: migrates, listens, and ends in good order on SIGTERM or SIGINT.
 *
 * @param lines where the logger's lines go
 * @returns once requests are accepted
 */
export async function startApi(
  env: Environment,
  logger: Logger,
  lines: DestinationStream,
): Promise<void> {
  const infrastructure = createInfrastructure(env, logger, lines);
  const webhooksEnabled = env.clerk.webhookSigningSecrets.length > 0;
  if (!webhooksEnabled) {
    logger.warn(
      'Webhooks are off: CLERK_WEBHOOK_SIGNING_SECRET is not set. POST /webhooks/clerk answers 404, and users who are deleted at Clerk stay in the database. Set it to receive webhooks.',
    );
  }
  const options: NestApplicationOptions = {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(infrastructure, { docsEnabled: env.http.docsEnabled, webhooksEnabled }),
    createHttpAdapter(infrastructure.requestLog),
    options,
  );
  const connections = prepareHttp(app, infrastructure.requestLog, env.http.webOrigins);
  const { enabled: hasMetrics, port: metricsPort } = env.metrics;
  if (hasMetrics && metricsPort === undefined) {
    serveMetrics(app, infrastructure.metrics, infrastructure.requestLog);
  }
  if (env.http.docsEnabled) await serveSwaggerUi(app, infrastructure.requestLog);

  const migrations = new MigrationRunner(
    (onWaiting) => applyMigrations(env.database.directUrl, onWaiting),
    infrastructureLog(logger),
    () => {
      infrastructure.start();
    },
    (cause) => {
      logger.fatal(
        { err: cause },
        `Cannot start: a migration failed and was rolled back. ${describeDatabaseError(cause)}`,
      );
      endProcess(1);
    },
  );
  onShutdown(logger, {
    drainMs: env.http.shutdownDrainMs,
    drain: () => {
      infrastructure.readiness.drain();
      connections.drain();
    },
    close: async () => {
      migrations.stop();
      const reset = await connections.close(closeLimits);
      if (reset > 0)
        logger.warn({ reset }, 'Connections were reset: their requests took too long.');
      await app.close();
      await infrastructure.close();
    },
  });

  if (env.database.migrate) {
    await migrations.start();
  } else {
    infrastructure.start();
    await logUnreadiness(infrastructure, logger);
  }
  if (hasMetrics && metricsPort !== undefined) {
    const address = { host: env.http.host, port: metricsPort };
    const server = await listenForMetrics(infrastructure.metrics, address);
    logger.info({ metrics: server.address() }, 'Metrics are served.');
  }
  await app.listen({ port: env.http.port, host: env.http.host });
  logger.info({ address: await app.getUrl() }, 'The API accepts requests.');
}

/** Without migrations nothing else looks at the database before the first request. */
async function logUnreadiness({ readiness }: Infrastructure, logger: Logger): Promise<void> {
  const report = await readiness.check();
  if (report.status === 'unavailable') {
    logger.warn(
      `The database cannot be used; answering 503 until it can. ${report.reason} ${report.fix}`,
    );
  }
}
