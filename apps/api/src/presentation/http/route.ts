import {
  applyDecorators,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Endpoint } from '@populatte/contracts';

/** Where a handler's endpoint is kept, for the API's description of itself. */
export const routeEndpoint = 'populatte:endpoint';

/**
 * Makes a controller's method the handler of an endpoint: method and path come from the contract.
 *
 * @param endpoint from `@populatte/contracts`; an operation that creates nothing answers 200
 */
export function Route(endpoint: Endpoint): MethodDecorator {
  return applyDecorators(
    RequestMapping({ method: RequestMethod[endpoint.method], path: endpoint.path }),
    HttpCode(200),
    SetMetadata(routeEndpoint, endpoint),
    RouteConfig({ readsJson: endpoint.body !== undefined }),
  );
}
