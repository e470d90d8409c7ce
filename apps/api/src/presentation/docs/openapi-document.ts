import { problemDetails } from '@populatte/contracts';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { problemMap } from '../http/problem-map.js';
import type { DescribedRoute } from './described-route.js';

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** @returns the API's description in OpenAPI 3.1, made of the very schemas that its clients parse with */
export function openApiDocument(routes: readonly DescribedRoute[]): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = route.endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.endpoint.method.toLowerCase()]: operation(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Populatte API',
      version: '0.1.0',
      description:
        'Every request with a session token is answered for the local user, who is brought up to date in that very request.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        sessionToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A Clerk session token.',
        },
      },
    },
    security: [{ sessionToken: [] }],
  });
}

function operation(route: DescribedRoute): ZodOpenApiOperationObject {
  const { endpoint } = route;
  return {
    operationId: route.operationId,
    tags: [route.tag],
    ...(route.public && { security: [] }),
    requestParams: {
      ...(endpoint.params !== undefined && { path: endpoint.params }),
      ...(endpoint.query !== undefined && { query: endpoint.query }),
    },
    ...(endpoint.body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: endpoint.body } } },
    }),
    responses: {
      '200': {
        description: 'Done.',
        content: { 'application/json': { schema: endpoint.response } },
      },
      ...problems(route),
    },
  };
}

/** The error answers that a route can give, by status. */
function problems(route: DescribedRoute): ZodOpenApiResponsesObject {
  const statuses = new Set<number>([500, 503]);
  const { method, params, query, body } = route.endpoint;
  if (!route.public) statuses.add(401);
  if (method !== 'GET') statuses.add(400).add(413);
  if ((params ?? query ?? body) !== undefined) statuses.add(400);
  return Object.fromEntries(
    [...statuses].sort().map((status) => [
      String(status),
      {
        description: titles(status),
        content: { 'application/problem+json': { schema: problemDetails } },
      },
    ]),
  );
}

function titles(status: number): string {
  return Object.entries(problemMap)
    .filter(([, problem]) => problem.status === status)
    .map(([code, { title }]) => `${title} (\`${code}\`)`)
    .join('; ');
}
