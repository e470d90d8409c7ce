import { Controller, Get } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Public } from '../auth/public.decorator.js';
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
  ) {}

  /** Made once, on demand: when the first reader comes, every controller is known. */
  @Get('openapi.json')
  openApi(): OpenApiDocument {
    this.document ??= openApiDocument(describeRoutes(this.discovery, this.scanner, this.reflector));
    return this.document;
  }
}
