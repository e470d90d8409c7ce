import type { Server } from 'node:http';
import {
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  EventHandlers,
  PostgresUserChanges,
  WebhookReceipts,
} from '@populatte/nestjs-clerk-sync/internal';
import { version } from '../../core/version.js';
import { RequestLog } from '../../core/request-log.js';
import { Environment } from '../../infrastructure/config/env.schema.js';
import { ProcessLog } from '../../infrastructure/telemetry/logger.js';
import { PrometheusMetrics } from '../../infrastructure/telemetry/prometheus-metrics.js';
import { listenForMetrics, serveMetrics } from './serve-metrics.js';

/** `GET /metrics`, on the API's port or on one of its own. */
@Module({})
export class MetricsModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly env: Environment,
    private readonly metrics: PrometheusMetrics,
    private readonly requestLog: RequestLog,
    private readonly log: ProcessLog,
    private readonly moduleRef: ModuleRef,
    private readonly adapterHost: HttpAdapterHost<FastifyAdapter>,
  ) {}

  onModuleInit(): void {
    const { enabled, port } = this.env.metrics;
    if (enabled) {
      this.metrics.addProcess(version);
      this.metrics.addChanges(this.moduleRef.get(PostgresUserChanges, { strict: false }));
      this.metrics.addWebhookReceipts(this.moduleRef.get(WebhookReceipts, { strict: false }));
      this.metrics.addEventHandlers(this.moduleRef.get(EventHandlers, { strict: false }));
    }
    if (!enabled || port !== undefined) return;
    serveMetrics(this.adapterHost.httpAdapter.getInstance(), this.metrics, this.requestLog);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { enabled, port } = this.env.metrics;
    if (!enabled || port === undefined) return;
    const { host } = this.env.http;
    this.server = await listenForMetrics(this.metrics, { host, port });
    this.log.logger.info({ metrics: this.server.address() }, 'Metrics are served.');
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
