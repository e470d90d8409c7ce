import { Global, Module } from '@nestjs/common';
import { InfrastructureLog, SyncMetrics } from '@populatte/nestjs-clerk-sync';
import { RequestLog } from '../../core/request-log.js';
import { Environment } from '../config/env.schema.js';
import { createLogger, infrastructureLog, ProcessLog, standardOutput } from './logger.js';
import { MeasuredRequestLog } from './measured-request-log.js';
import { NestLogger } from './nest-logger.js';
import { PinoRequestLog } from './pino-request-log.js';
import { PrometheusMetrics } from './prometheus-metrics.js';

/** Logs and metrics. */
@Global()
@Module({
  providers: [
    {
      provide: ProcessLog,
      inject: [Environment],
      useFactory: ({ logLevel }: Environment) => {
        const lines = standardOutput();
        return new ProcessLog(createLogger(logLevel, lines), lines);
      },
    },
    {
      provide: InfrastructureLog,
      inject: [ProcessLog],
      useFactory: ({ logger }: ProcessLog) => infrastructureLog(logger),
    },
    {
      provide: RequestLog,
      inject: [ProcessLog, PrometheusMetrics, Environment],
      useFactory: (
        { logger, lines }: ProcessLog,
        { registry }: PrometheusMetrics,
        { metrics }: Environment,
      ) => {
        const log = new PinoRequestLog(logger, lines);
        return metrics.enabled ? new MeasuredRequestLog(log, registry) : log;
      },
    },
    {
      provide: NestLogger,
      inject: [ProcessLog],
      useFactory: ({ logger }: ProcessLog) => new NestLogger(logger),
    },
    PrometheusMetrics,
    { provide: SyncMetrics, useExisting: PrometheusMetrics },
  ],
  exports: [ProcessLog, InfrastructureLog, RequestLog, NestLogger, PrometheusMetrics, SyncMetrics],
})
export class TelemetryModule {}
