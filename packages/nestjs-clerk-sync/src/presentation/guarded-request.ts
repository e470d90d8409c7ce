import type { ExecutionContext } from '@nestjs/common';

interface SentHeaders {
  readonly rawHeaders?: readonly string[];
  readonly headers?: NodeJS.Dict<string | string[]>;
}

/** A request on Express, which is Node's own, or on Fastify, which wraps it as `raw`. */
export interface GuardedRequest extends SentHeaders {
  readonly raw?: SentHeaders;
  /** The route's pattern, on Fastify. */
  readonly routeOptions?: { readonly url?: string | undefined };
  /** The route, on Express. */
  readonly route?: { readonly path?: unknown };
  /** Set by the guard on every route that is not public. */
  user?: unknown;
  /** The impersonator; set by the guard if the session is an impersonation. */
  actor?: string | null;
  /** The outcome of the user's sync. */
  outcome?: string | null;
}

/**
 * The same as `switchToHttp().getRequest()`, which creates three functions and copies them into the
 * context on each call.
 *
 * @returns the request of an HTTP context
 */
export function requestOf(context: ExecutionContext): GuardedRequest {
  return context.getArgByIndex<GuardedRequest>(0);
}

/**
 * Adapters of serverless platforms make requests with `headers` alone, which cannot show whether a
 * header was sent twice: they join its values.
 *
 * @returns alternating names and values, as they arrived
 */
export function rawHeadersOf(request: GuardedRequest): readonly string[] {
  const sent = request.raw ?? request;
  const { rawHeaders = [] } = sent;
  if (rawHeaders.length > 0) return rawHeaders;
  const { headers = {} } = sent;
  return Object.entries(headers).flatMap(([name, values = []]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
}

/** @returns the route's pattern, for messages to developers */
export function routeOf({ routeOptions, route }: GuardedRequest): string {
  if (routeOptions?.url !== undefined) return routeOptions.url;
  return typeof route?.path === 'string' ? route.path : 'a route';
}
