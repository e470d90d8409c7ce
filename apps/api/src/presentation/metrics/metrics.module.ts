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
import { ProcessMetrics } from '../../infrastructure/telemetry/process-metrics.js';
import { listenForMetrics, serveMetrics } from './serve-metrics.js';

/** `GET /metrics`, on the API's port or on a separate one. */
@Module({})
export class MetricsModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly env: Environment,
    private readonly metrics: ProcessMetrics,
    private readonly requestLog: RequestLog,
    private readonly log: ProcessLog,
    private readonly moduleRef: ModuleRef,
    private readonly adapterHost: HttpAdapterHost<FastifyAdapter>,
  ) {}

  onModuleInit(): void {
    const { active } = this.metrics;
    if (active === null) return;
    active.addProcess(version);
    active.addChanges(this.moduleRef.get(PostgresUserChanges, { strict: false }));
    active.addWebhookReceipts(this.moduleRef.get(WebhookReceipts, { strict: false }));
    active.addEventHandlers(this.moduleRef.get(EventHandlers, { strict: false }));
    if (this.env.metrics.port !== undefined) return;
    serveMetrics(this.adapterHost.httpAdapter.getInstance(), active, this.requestLog);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { active } = this.metrics;
    const { port } = this.env.metrics;
    if (active === null || port === undefined) return;
    const { host } = this.env.http;
    this.server = await listenForMetrics(active, { host, port });
    this.log.logger.info({ metrics: this.server.address() }, 'Serving metrics.');
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
