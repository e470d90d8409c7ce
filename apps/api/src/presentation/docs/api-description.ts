import { Injectable, NotFoundException, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { isPublic } from '@populatte/nestjs-clerk-sync/internal';
import { openApiDocument, type OpenApiDocument } from './openapi-document.js';
import { routeDocs, routeEndpoint, type DescribedEndpoint, type RouteDocs } from '../http/route.js';

/** The routes that the document describes. */
export abstract class DocsOptions {
  /** Whether the document is served. */
  abstract readonly enabled: boolean;
  /** Whether `GET /metrics` is served on the API's own port. */
  abstract readonly metrics: boolean;
  abstract readonly webhooks: boolean;
}

/** The OpenAPI document of the routes that Nest's controllers serve. */
@Injectable()
export class ApiDescription {
  private cached: OpenApiDocument | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly options: DocsOptions,
  ) {}

  /**
   * Built on the first call: by then every controller is registered.
   *
   * @throws NotFoundException when the document is not served
   */
  document(): OpenApiDocument {
    const { enabled, metrics, webhooks } = this.options;
    if (!enabled) throw new NotFoundException();
    const routes = describeRoutes(this.discovery, this.scanner, this.reflector).filter(
      ({ tag }) => webhooks || tag !== 'Webhooks',
    );
    this.cached ??= openApiDocument(routes, { metrics });
    return this.cached;
  }
}

/** A route as the API serves it. */
export interface DescribedRoute {
  readonly endpoint: DescribedEndpoint;
  readonly public: boolean;
  /** Unique: the controller's and the method's name. */
  readonly operationId: string;
  /** The resource: the controller's name without its suffix. */
  readonly tag: string;
  readonly docs: RouteDocs;
}

/** @returns every route that a controller serves by `@Route(endpoint)` */
function describeRoutes(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  reflector: Reflector,
): DescribedRoute[] {
  return discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, unknown>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!isHandler(handler)) return [];
      const endpoint = reflector.get<DescribedEndpoint | undefined>(routeEndpoint, handler);
      if (endpoint === undefined) return [];
      const docs = reflector.get<RouteDocs | undefined>(routeDocs, handler);
      const tag = controller.name.replace(/Controller$/, '');
      return {
        endpoint,
        public:
          reflector.getAllAndOverride<boolean | undefined>(isPublic, [handler, controller]) ===
          true,
        operationId: `${tag.toLowerCase()}.${name}`,
        tag,
        docs: docs ?? docsOf(endpoint),
      };
    });
  });
}

function docsOf({ method, path }: DescribedEndpoint): RouteDocs {
  return { summary: `${method} ${path}`, description: `\`${method} ${path}\`` };
}

function isHandler(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}
