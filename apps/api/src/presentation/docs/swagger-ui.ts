import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { RequestLog } from '../../core/request-log.js';
import { answerError } from '../http/problem.filter.js';
import { docsScript } from './docs-script.js';
import { docsCss, mark } from './docs-theme.js';
import type { OpenApiDocument } from './openapi-document.js';

/**
 * Serves Swagger UI at `/docs` from its own package: nothing is fetched from elsewhere.
 *
 * The plugin is loaded when the server starts. Waiting for it here would start the server's plugins
 * before Nest has set its error handler, which would then miss the routes that exist.
 *
 * @param log records its refused and failed requests
 */
export function serveSwaggerUi(
  fastify: FastifyInstance,
  openApi: OpenApiDocument,
  log: RequestLog,
): void {
  // The plugin's types end at OpenAPI 3.0; it passes a 3.1 document through unchanged.
  // eslint-disable-next-line no-restricted-syntax -- see above; a copy of 3.1's types would be longer
  const document = openApi as unknown as StaticDocumentSpec['document'];
  void fastify.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => {
      answerError(log, error, request, reply);
    });
    await scope.register(swagger, { mode: 'static', specification: { document } });
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      // Relative, so that the page finds its files and the API behind a proxy that adds a path.
      indexPrefix: '.',
      transformSpecification: (specification) => ({
        ...specification,
        servers: [{ url: '..', description: 'The server that serves this document.' }],
      }),
      staticCSP: true,
      theme: {
        title: 'Populatte API',
        css: [{ filename: 'populatte.css', content: docsCss }],
        js: [{ filename: 'accessibility.js', content: docsScript }],
        favicon: [
          { filename: 'icon.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: mark },
        ],
      },
      uiConfig: {
        // Hides the bar that opens other documents.
        layout: 'BaseLayout',
        validatorUrl: null,
        persistAuthorization: false,
        docExpansion: 'list',
        // Its colours lack contrast.
        syntaxHighlight: { activate: false },
      },
    });
  });
}
