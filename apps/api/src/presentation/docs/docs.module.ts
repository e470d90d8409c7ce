import { Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { RequestLog } from '../../core/request-log.js';
import { Environment } from '../../infrastructure/config/env.schema.js';
import { ApiDescription, DocsOptions } from './api-description.js';
import { describeWebhook } from '../webhooks/describe-webhook.js';
import { DocsController } from './docs.controller.js';
import { serveSwaggerUi } from './swagger-ui.js';

/** `GET /openapi.json`, and Swagger UI at `/docs`. */
@Module({
  imports: [DiscoveryModule],
  controllers: [DocsController],
  providers: [
    ApiDescription,
    {
      provide: DocsOptions,
      inject: [Environment],
      useFactory: ({ http, metrics, clerk }: Environment): DocsOptions => ({
        enabled: http.docsEnabled,
        metrics: metrics.enabled && metrics.port === undefined,
        webhooks: clerk.webhookSigningSecrets.length > 0,
      }),
    },
  ],
})
export class DocsModule implements OnModuleInit {
  constructor(
    private readonly description: ApiDescription,
    private readonly options: DocsOptions,
    private readonly log: RequestLog,
    private readonly adapterHost: HttpAdapterHost<FastifyAdapter>,
  ) {}

  onModuleInit(): void {
    if (!this.options.enabled) return;
    describeWebhook();
    const fastify = this.adapterHost.httpAdapter.getInstance();
    serveSwaggerUi(fastify, this.description.document(), this.log);
  }
}
