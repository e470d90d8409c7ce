import {
  applyDecorators,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Endpoint } from '@populatte/contracts';

/** What the OpenAPI document says about a route beyond its contract. */
export interface RouteDocs {
  /** A few words, without a full stop. */
  readonly summary: string;
  readonly description: string;
  /** The route depends on nothing that can be down, so it never answers 503. */
  readonly neverUnavailable?: boolean;
}

/** Metadata keys of a handler's endpoint and documentation, for the OpenAPI document. */
export const routeEndpoint = 'populatte:endpoint';
export const routeDocs = 'populatte:route-docs';

/**
 * Makes a controller's method the handler of an endpoint: method and path come from the contract.
 *
 * @param endpoint from `@populatte/contracts`; an operation that creates nothing answers 200
 * @param docs for the OpenAPI document; without it the document shows method and path
 */
export function Route(endpoint: Endpoint, docs?: RouteDocs): MethodDecorator {
  return applyDecorators(
    RequestMapping({ method: RequestMethod[endpoint.method], path: endpoint.path }),
    HttpCode(200),
    SetMetadata(routeEndpoint, endpoint),
    SetMetadata(routeDocs, docs),
    RouteConfig({ readsJson: endpoint.body !== undefined }),
  );
}
