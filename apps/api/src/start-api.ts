import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SigningKeys } from '@populatte/nestjs-clerk-sync/internal';
import { AppModule } from './app.module.js';
import { DrainableReadiness } from './core/readiness.js';
import { Environment } from './infrastructure/config/env.schema.js';
import { ProcessLog } from './infrastructure/telemetry/logger.js';
import { NestLogger } from './infrastructure/telemetry/nest-logger.js';
import { createHttpAdapter, prepareHttp } from './presentation/http/http-server.js';
import { listen } from './presentation/http/listen.js';
import { onShutdown } from './shutdown.js';

/**
 * After the drain: 1 s for requests in transit, and 6 of the 8 s that an exit may take.
 */
const closeLimits = { idleMs: 1_000, busyMs: 6_000 } as const;

/** Milliseconds that a slow reader of the log has at the end. */
const flushLimit = 500;

/**
 * Starts the API: migrates, loads Clerk's signing keys, listens, and shuts down in order on SIGTERM
 * or SIGINT.
 *
 * @returns once requests are accepted, or earlier if the process shuts down before that
 * @throws EnvironmentError when variables are missing or invalid
 * @throws Error of `listen`, such as EADDRINUSE
 */
export async function startApi(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, createHttpAdapter(), {
    // The log is a provider and its level a setting, so nothing can be logged earlier.
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  app.useLogger(app.get(NestLogger));
  const { logger, lines } = app.get(ProcessLog);
  const env = app.get(Environment);
  for (const warning of env.warnings) logger.warn(warning);

  const connections = prepareHttp(app, env.http.webOrigins);
  onShutdown(logger, {
    drainMs: () => (app.getHttpServer().listening ? env.http.shutdownDrainMs : 0),
    drain: () => {
      app.get(DrainableReadiness).drain();
      connections.drain();
    },
    close: async () => {
      const reset = await connections.close(closeLimits);
      if (reset > 0) {
        logger.warn({ reset }, 'Connections were reset: their requests took too long.');
      }
      await app.close();
    },
    flush: () => lines.drained(flushLimit),
  });
  // A process that is ready does not make its first requests wait for Clerk, or fail with Clerk.
  await Promise.all([app.init(), app.get(SigningKeys).prepare()]);
  if (!(await listen(app, connections, env.http))) return;
  logger.info({ address: await app.getUrl() }, 'The API is accepting requests.');
}
