import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Endpoint, ValidationIssue } from '@populatte/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** An endpoint whose schemas are of this application's Zod, from which its description is generated. */
export type DescribedEndpoint = Endpoint<
  string,
  z.ZodObject | undefined,
  z.ZodObject | undefined,
  z.ZodType | undefined,
  z.ZodType
>;

/** The request's parameters, query or body do not match the contract. */
export class ValidationFailedError extends Error {
  /** @param issues each problem with its path, but without the value, because clients see them */
  constructor(
    message: string,
    readonly issues: readonly ValidationIssue[] = [],
  ) {
    super(message);
    this.name = 'ValidationFailedError';
  }
}

/** The input of a request. Bodies arrive as bytes. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

const parts = ['params', 'query', 'body'] as const;

/**
 * Parses a request's input with its contract's schemas.
 *
 * @returns an object with those of `params`, `query` and `body` that the endpoint has
 * @throws ValidationFailedError with the issues of all parts
 */
export function parseInput(endpoint: Endpoint, request: RawInput): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const issues: ValidationIssue[] = [];
  for (const part of parts) {
    const schema = endpoint[part];
    if (schema === undefined) continue;
    const given = part === 'body' ? readJson(request.body) : { value: request[part] };
    if (given === null) {
      issues.push({ path: ['body'], message: 'Send JSON in UTF-8.' });
      continue;
    }
    const parsed = schema.safeParse(given.value);
    if (parsed.success) input[part] = parsed.data;
    else {
      for (const { path, message } of parsed.error.issues) {
        issues.push({ path: [part, ...path.map(pathElement)], message });
      }
    }
  }
  if (issues.length > 0) {
    throw new ValidationFailedError('The request does not match the contract; see issues.', issues);
  }
  return input;
}

/**
 * @returns the parsed value; undefined for an empty body, so that a contract can make it optional;
 *   null if the bytes are not JSON in UTF-8
 */
function readJson(body: unknown): { readonly value: unknown } | null {
  if (!Buffer.isBuffer(body) || body.length === 0) return { value: undefined };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return null;
  }
}

function pathElement(key: PropertyKey): string | number {
  return typeof key === 'symbol' ? key.toString() : key;
}

/**
 * Passes the parsed input of its endpoint to a handler:
 * `@Input(renameThing) input: ParsedEndpointInput<typeof renameThing>`. Invalid input is answered
 * with 400 before the handler runs.
 */
export const Input = createParamDecorator(
  (endpoint: Endpoint, context: ExecutionContext): unknown =>
    parseInput(endpoint, context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Documentation of a route that its contract does not contain. */
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
 * Registers a controller's method as the handler of an endpoint; method and path come from the
 * contract.
 *
 * @param endpoint from `@populatte/contracts`, with the status of a success
 * @param docs for the OpenAPI document; without it the document shows method and path
 */
export function Route(endpoint: DescribedEndpoint, docs?: RouteDocs): MethodDecorator {
  return applyDecorators(
    RequestMapping({ method: RequestMethod[endpoint.method], path: endpoint.path }),
    HttpCode(endpoint.status),
    SetMetadata(routeEndpoint, endpoint),
    SetMetadata(routeDocs, docs),
    RouteConfig({ readsJson: endpoint.body !== undefined }),
  );
}
