/** A request on Express, which is Node's own, or on Fastify, which wraps it as `raw`. */
export interface GuardedRequest {
  readonly rawHeaders?: string[];
  readonly raw?: { readonly rawHeaders: string[] };
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

/** @returns alternating names and values, as they arrived */
export function rawHeadersOf({ raw, rawHeaders }: GuardedRequest): readonly string[] {
  return raw?.rawHeaders ?? rawHeaders ?? [];
}

/** @returns the route's pattern, for messages to developers */
export function routeOf({ routeOptions, route }: GuardedRequest): string {
  if (routeOptions?.url !== undefined) return routeOptions.url;
  return typeof route?.path === 'string' ? route.path : 'a route';
}
