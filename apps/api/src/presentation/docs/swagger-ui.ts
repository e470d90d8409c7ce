import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RequestLog } from '../../core/request-log.js';
import { answerError } from '../http/problem.filter.js';
import { DocsController } from './docs.controller.js';

/**
 * Serves Swagger UI at `/docs` from its own package: nothing is fetched from elsewhere.
 *
 * @param log records what is refused or fails there
 */
export async function serveSwaggerUi(app: NestFastifyApplication, log: RequestLog): Promise<void> {
  // The plugin's types end at OpenAPI 3.0; it hands a document of 3.1 on as it is.
  const document = app
    .get(DocsController, { strict: false })
    .openApi() as unknown as StaticDocumentSpec['document'];
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => {
      answerError(log, error, request, reply);
    });
    await scope.register(swagger, { mode: 'static', specification: { document } });
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      uiConfig: { validatorUrl: null, persistAuthorization: false },
    });
  });
}
