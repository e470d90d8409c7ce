import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import type { Log } from '../domain/shared/ports.js';
import { createHostCheck, type HostRefusal } from './host-check.js';

/** How long in-flight answers may take when the server closes, in milliseconds. */
const CLOSE_GRACE_MS = 1_000;

export interface Listening {
  /** Where it answers on this machine. */
  readonly url: string;
  readonly port: number;
  /** Refuses new connections, lets answers under way end, and then cuts what is left. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly host: string;
  /** Names that the server answers to besides loopback ones and `host`. */
  readonly allowHosts: readonly string[];
  readonly log: Log;
}

/**
 * Serves an app over HTTP. Requests for a foreign `Host` get 421 before they reach the app.
 *
 * @throws {ClerkLocalError} `port_unavailable`
 */
export async function listen(app: Hono, options: ListenOptions): Promise<Listening> {
  const { port, host, allowHosts, log } = options;
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const refusalOf = createHostCheck(host, allowHosts);
  const server = createServer((request, response) => {
    const refusal = refusalOf(request);
    if (refusal === undefined) {
      void answer(request, response);
      return;
    }
    log(`${request.method ?? ''} refused with ${refusal.status}: ${refusal.longMessage}`);
    refuse(response, refusal);
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw unavailable(port, host, cause);
  }
  const actualPort = portOf(server);
  return { url: urlOf(host, actualPort), port: actualPort, close: () => close(server) };
}

/** Answers in Clerk's form and closes the connection, whose request body is not read. */
function refuse(response: ServerResponse, { status, code, longMessage }: HostRefusal): void {
  const message = 'Host not served';
  const body = JSON.stringify({
    errors: [{ code, message, long_message: longMessage, meta: {} }],
  });
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      connection: 'close',
    })
    .end(body);
}

function urlOf(host: string, port: number): string {
  // "All addresses" is no address to go to.
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP server.');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(timer);
}

function unavailable(port: number, host: string, cause: unknown): ClerkLocalError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const reason =
    code === 'EADDRINUSE'
      ? `Port ${port} of ${host} is taken.`
      : `Port ${port} of ${host} cannot be listened on (${String(code)}).`;
  const action = 'End what uses it, or choose another port (0 for any that is free).';
  return new ClerkLocalError('port_unavailable', reason, action, { cause });
}
