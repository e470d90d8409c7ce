import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InfrastructureLog, SyncMetrics, SystemClock } from '@populatte/nestjs-clerk-sync';
import { NoMetrics } from '@populatte/nestjs-clerk-sync/internal';
import { RequestLog } from '../../core/request-log.js';
import { RequestTracing } from '../../core/request-tracing.js';
import { Environment } from '../config/env.schema.js';
import { createLogger, infrastructureLog, ProcessLog, standardOutput } from './logger.js';
import { FloodWatch } from './flood-watch.js';
import { NestLogger } from './nest-logger.js';
import { PinoRequestLog } from './pino-request-log.js';
import { ProcessMetrics } from './process-metrics.js';
import { reportLostSpans, startTracing, Tracing } from './tracing.js';

/** Logs, metrics and traces. */
@Global()
@Module({
  providers: [
    {
      provide: Tracing,
      inject: [Environment],
      useFactory: startTracing,
    },
    { provide: RequestTracing, useExisting: Tracing },
    {
      provide: ProcessLog,
      inject: [Environment, Tracing],
      useFactory: ({ logLevel }: Environment, { active }: Tracing) => {
        const lines = standardOutput();
        return new ProcessLog(createLogger(logLevel, lines, active?.active), lines);
      },
    },
    {
      provide: InfrastructureLog,
      inject: [ProcessLog],
      useFactory: ({ logger }: ProcessLog) => infrastructureLog(logger),
    },
    {
      provide: RequestLog,
      inject: [ProcessLog, ProcessMetrics, InfrastructureLog],
      useFactory: async (
        { logger, lines }: ProcessLog,
        { active }: ProcessMetrics,
        warnings: InfrastructureLog,
      ) => {
        const log = await measured(new PinoRequestLog(logger, lines), active);
        return new FloodWatch(log, warnings, new SystemClock());
      },
    },
    {
      provide: NestLogger,
      inject: [ProcessLog],
      useFactory: ({ logger }: ProcessLog) => new NestLogger(logger),
    },
    {
      provide: ProcessMetrics,
      inject: [Environment],
      useFactory: (env: Environment) => ProcessMetrics.load(env),
    },
    {
      provide: SyncMetrics,
      inject: [ProcessMetrics],
      useFactory: ({ active }: ProcessMetrics) => active ?? new NoMetrics(),
    },
  ],
  exports: [
    ProcessLog,
    InfrastructureLog,
    RequestLog,
    NestLogger,
    ProcessMetrics,
    SyncMetrics,
    Tracing,
    RequestTracing,
  ],
})
export class TelemetryModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly env: Environment,
    private readonly tracing: Tracing,
    private readonly log: InfrastructureLog,
  ) {}

  onModuleInit(): void {
    if (this.tracing.active === null) return;
    this.log.info(`Traces are sent to ${this.env.tracing?.collector ?? ''}.`);
    reportLostSpans(this.tracing.active, (message, cause) => {
      this.log.warn(message, cause);
    });
  }

  /** Runs after the HTTP server has closed, when no request adds spans any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.tracing.active?.stop();
  }
}

/** Measures requests while metrics are on. */
async function measured(log: RequestLog, metrics: ProcessMetrics['active']): Promise<RequestLog> {
  if (metrics === null) return log;
  const { MeasuredRequestLog } = await import('./measured-request-log.js');
  return new MeasuredRequestLog(log, metrics.registry);
}
