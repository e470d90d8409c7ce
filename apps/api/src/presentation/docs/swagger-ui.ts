import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocsController } from './docs.controller.js';

/** Serves Swagger UI at `/docs`, of files that it brings itself: nothing is fetched from elsewhere. */
export async function serveSwaggerUi(app: NestFastifyApplication): Promise<void> {
  // The plugin's types end at OpenAPI 3.0; it hands a document of 3.1 on as it is.
  const document = app
    .get(DocsController, { strict: false })
    .openApi() as unknown as StaticDocumentSpec['document'];
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(swagger, { mode: 'static', specification: { document } });
  await fastify.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { validatorUrl: null, persistAuthorization: false },
  });
}
