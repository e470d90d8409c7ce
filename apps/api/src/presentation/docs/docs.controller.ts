import { Controller, Get } from '@nestjs/common';
import { Public } from '@populatte/nestjs-clerk-sync';
import { ApiDescription } from './api-description.js';
import type { OpenApiDocument } from './openapi-document.js';

@Public()
@Controller()
export class DocsController {
  constructor(private readonly description: ApiDescription) {}

  @Get('openapi.json')
  openApi(): OpenApiDocument {
    return this.description.document();
  }
}
