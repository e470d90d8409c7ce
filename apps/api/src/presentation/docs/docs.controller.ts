import { Controller, Get } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost, MetadataScanner, Reflector } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Public } from '../auth/decorators.js';
import { describeRoutes } from './described-route.js';
import { openApiDocument, type OpenApiDocument } from './openapi-document.js';

@Public()
@Controller()
export class DocsController {
  private document: OpenApiDocument | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly adapterHost: HttpAdapterHost<FastifyAdapter>,
  ) {}

  /** Built on the first call and then kept: by then every controller and `/metrics` are registered. */
  @Get('openapi.json')
  openApi(): OpenApiDocument {
    this.document ??= openApiDocument(
      describeRoutes(this.discovery, this.scanner, this.reflector),
      {
        metrics: this.servesMetrics(),
      },
    );
    return this.document;
  }

  /** False with METRICS_PORT: metrics are then at another address than the one documented here. */
  private servesMetrics(): boolean {
    const fastify = this.adapterHost.httpAdapter.getInstance();
    return fastify.hasRoute({ method: 'GET', url: '/metrics' });
  }
}
