import { type ErrorCode, errorCodes, problemDetails } from '@populatte/contracts';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { version } from '../../core/version.js';
import { problemMap, type ProblemKind } from '../http/problem.filter.js';
import type { DescribedEndpoint } from '../http/route.js';
import type { DescribedRoute } from './api-description.js';

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** Routes that are served without a controller. */
export interface OtherRoutes {
  /** `GET /metrics` is served on the API's own port. */
  readonly metrics: boolean;
}

/** Tags are declared in this order; a controller without an entry gets a generic description. */
const tagDescriptions: Readonly<Record<string, string>> = {
  Users: 'The local users, each identified by a session token.',
  Preferences: 'The signed-in user’s preferences.',
  Webhooks: 'Events that Clerk sends. Not for clients.',
  Health: 'Probes for orchestrators and load balancers.',
  Metrics: 'Metrics for Prometheus.',
};

/**
 * Statuses that every route can answer with before its handler runs, with the HTTP parser's reasons.
 * Node's parser and `clientErrorHandler` answer with them on any route.
 */
const parserRefusals: Readonly<Record<number, string>> = {
  400: 'Malformed HTTP, or not exactly one valid Host header',
  408: 'The request did not arrive completely in time',
  413: 'Chunk extensions too long',
  417: 'An Expect header other than 100-continue',
  431: 'Headers too large',
};

/** Statuses that every route can answer with. */
const everywhere: readonly number[] = [...Object.keys(parserRefusals).map(Number), 500];

const unsupportedMediaType = 'The Content-Type is not a media type';

/** @returns the API's description in OpenAPI 3.1, from the schemas that its clients parse with */
export function openApiDocument(
  routes: readonly DescribedRoute[],
  { metrics }: OtherRoutes,
): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = route.endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.endpoint.method.toLowerCase()]: operation(route) };
  }
  if (metrics) paths['/metrics'] = { get: metricsOperation() };
  const used = new Set([...routes.map(({ tag }) => tag), ...(metrics ? ['Metrics'] : [])]);
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Populatte API',
      version,
      description:
        'Every request with a session token acts for the local user, whose row is created or updated within the request.',
      contact: { name: 'The operator of this API' },
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: '/', description: 'The server that serves this document.' }],
    tags: tags(used),
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

function tags(used: ReadonlySet<string>): { name: string; description: string }[] {
  const known = Object.keys(tagDescriptions).filter((name) => used.has(name));
  const others = [...used].filter((name) => !(name in tagDescriptions)).sort();
  return [...known, ...others].map((name) => ({
    name,
    description: tagDescriptions[name] ?? `Operations on ${name}.`,
  }));
}

function operation(route: DescribedRoute): ZodOpenApiOperationObject {
  const { endpoint, docs } = route;
  return {
    operationId: route.operationId,
    summary: docs.summary,
    description: docs.description,
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
      [String(endpoint.status)]: success(endpoint),
      ...problems(route),
    },
  };
}

function success({ status, response }: DescribedEndpoint): ZodOpenApiResponseObject {
  if (status === 204) return { description: 'Done, without a body.' };
  return {
    description: status === 201 ? 'Created.' : 'Done.',
    content: { 'application/json': { schema: response } },
  };
}

function metricsOperation(): ZodOpenApiOperationObject {
  return {
    operationId: 'metrics.read',
    summary: 'Read the metrics',
    description:
      'Prometheus text format. Unauthenticated: do not expose it to the internet, or set METRICS_PORT to serve it on a separate port.',
    tags: ['Metrics'],
    security: [],
    responses: {
      '200': { description: 'Done.', content: { 'text/plain': { schema: { type: 'string' } } } },
      ...responses(everywhere, (code) => code === 'internal_error'),
    },
  };
}

/** The error responses of a route, by status. */
function problems(route: DescribedRoute): ZodOpenApiResponsesObject {
  const { method, path, params, query, body, errors } = route.endpoint;
  const statuses = new Set(everywhere);
  if (!route.public) statuses.add(401);
  if (body !== undefined) statuses.add(415);
  if (route.docs.neverUnavailable !== true) statuses.add(503);
  for (const code of errors) statuses.add(problemMap[code].status);
  const isWebhook = path.startsWith('/webhooks/');
  const takesInput = (params ?? query ?? body) !== undefined;
  return responses([...statuses], (code) => {
    if (errors.includes(code)) return true;
    if (isListed(code)) return false;
    if (code === 'webhook_invalid') return isWebhook;
    if (code === 'validation_failed') return takesInput;
    if (code === 'payload_too_large') return method !== 'GET' && method !== 'HEAD';
    if (code === 'auth_unavailable') return !route.public;
    return true;
  });
}

function responses(
  statuses: readonly number[],
  isGiven: (code: ErrorCode) => boolean,
): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    statuses
      .toSorted((one, other) => one - other)
      .map((status) => [
        String(status),
        {
          description: `${[...codes(status, isGiven), ...ownReasons(status)].join('; ')}.`,
          content: { 'application/problem+json': { schema: problemDetails } },
          ...(status === 401 && { headers: authenticateHeader }),
          ...(status === 503 && { headers: retryHeader }),
        },
      ]),
  );
}

function codes(status: number, isGiven: (code: ErrorCode) => boolean): string[] {
  return errorCodes
    .filter((code) => problemMap[code].status === status && isGiven(code))
    .map((code) => `${problemMap[code].title} (\`${code}\`)`);
}

function isListed(code: ErrorCode): boolean {
  const kind: ProblemKind = problemMap[code];
  return kind.isListed === true;
}

function ownReasons(status: number): string[] {
  const reason = status === 415 ? unsupportedMediaType : parserRefusals[status];
  return reason === undefined ? [] : [reason];
}

const authenticateHeader = {
  'WWW-Authenticate': { description: 'Always `Bearer`.', schema: { type: 'string' } },
} as const;

const retryHeader = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
} as const;
