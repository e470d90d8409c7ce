import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { errorsBody } from '../domain/shared/clerk-api-error.js';
import type { Faults, RouteFault } from './faults.js';
import { isInternal } from './request-log.js';

/** Applies the faults that are set for the request's route. */
export function injectFaults(faults: Faults): MiddlewareHandler {
  return async (context, next) => {
    if (isInternal(context)) return next();
    const fault = faults.takeForRequest(context.req.method, context.req.path);
    if (fault === undefined) return next();
    if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
    if (fault.close === true) return disconnect(context);
    if (fault.hang === true) return disconnected(context);
    if (fault.status !== undefined || fault.body !== undefined) return response(context, fault);
    await next();
    for (const [name, value] of Object.entries(fault.headers ?? {})) context.header(name, value);
  };
}

/** Statuses that have no body (RFC 9110). */
const bodiless = new Set([204, 205, 304]);

function response(context: Context, fault: RouteFault): Response {
  const { status = 200, body = defaultBody(status), headers = {} } = fault;
  const isText = typeof body === 'string';
  // Keeps the headers that CORS has set, so that a page can read the response.
  const all = new Headers(context.res.headers);
  all.set('content-type', isText ? 'text/plain; charset=utf-8' : 'application/json');
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  const content = isText ? body : JSON.stringify(body);
  return new Response(bodiless.has(status) ? null : content, { status, headers: all });
}

function defaultBody(status: number): unknown {
  if (status < 400) return {};
  const code = status === 429 ? 'too_many_requests' : 'fault_injected';
  const longMessage = `A fault of this route, set with POST /_local/faults, responds with ${status}.`;
  return errorsBody({ code, message: 'Fault injected', long_message: longMessage, meta: {} });
}

/** The bindings of `@hono/node-server`. Missing if a program calls the app without a server. */
const bindingsSchema = z.object({
  incoming: z.custom<IncomingMessage>((value) => typeof value === 'object' && value !== null),
});

function incomingOf(context: Context): IncomingMessage | undefined {
  return bindingsSchema.safeParse(context.env).data?.incoming;
}

function disconnect(context: Context): Response {
  const socket = incomingOf(context)?.socket;
  socket?.destroy();
  return new Response(null, { status: 500 });
}

/** Resolves when the caller has disconnected. */
async function disconnected(context: Context): Promise<Response> {
  const socket = incomingOf(context)?.socket;
  if (socket !== undefined && !socket.destroyed) await once(socket, 'close');
  return new Response(null, { status: 500 });
}
