import type { Context, MiddlewareHandler } from 'hono';
import type { Clients } from '../domain/sessions/clients.js';

/** The tokens of native applications by request. */
const tokens = new WeakMap<Request, string>();

/** Whether a request comes from a native application, such as one with `@clerk/expo`. */
export function isNative(request: {
  readonly query: (name: string) => string | undefined;
}): boolean {
  return /^(?:1|true)$/.test(request.query('_is_native') ?? '');
}

/**
 * Identifies native applications. They send their client's token as `Authorization` instead of a
 * development browser's in the query, get it in the response's header, and keep it. A request
 * without a known token gets a new client.
 */
export function nativeClients(clients: Clients): MiddlewareHandler {
  return async (context, next) => {
    if (!isNative(context.req)) return next();
    const given = context.req.header('authorization')?.replace(/^Bearer /i, '');
    const { devBrowser } = clients.find(given) ?? (await clients.create());
    tokens.set(context.req.raw, devBrowser);
    await next();
    context.header('authorization', devBrowser);
  };
}

/** Returns the token of the calling browser or native application. */
export function clientToken(context: Context): string | undefined {
  return tokens.get(context.req.raw) ?? context.req.query('__clerk_db_jwt');
}
