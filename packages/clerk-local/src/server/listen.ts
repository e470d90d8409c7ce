import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { errorsBody } from '../domain/shared/clerk-api-error.js';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import type { Log } from '../domain/shared/ports.js';
import { createHostCheck, type HostRefusal } from './host-check.js';

/** How long in-flight requests may take when the server closes. */
const closeGraceMs = 1_000;

/** A listening HTTP server. */
export interface Listening {
  /** The URL on this machine. */
  readonly url: string;
  readonly port: number;
  /**
   * Stops accepting connections, waits for in-flight requests, then closes the remaining
   * connections.
   */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0 selects a free port. */
  readonly port: number;
  readonly host: string;
  /** Host names to serve besides loopback names and `host`. */
  readonly allowHosts: readonly string[];
  readonly log: Log;
}

/**
 * Serves an app over HTTP. Requests for a `Host` that is not allowed get 421 and do not reach the
 * app.
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

/** Responds in Clerk's error format. Closes the connection, because the body was not read. */
function refuse(response: ServerResponse, { status, code, longMessage }: HostRefusal): void {
  const message = 'Host not served';
  const body = JSON.stringify(errorsBody({ code, message, long_message: longMessage, meta: {} }));
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      connection: 'close',
    })
    .end(body);
}

/** Returns the URL under which this machine reaches a server. */
export function urlOf(host: string, port: number): string {
  // A wildcard address is not an address to connect to.
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
  }, closeGraceMs);
  await closed;
  clearTimeout(timer);
}

/** @param code Node's code of the error */
function actionFor(code: unknown): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'Stop the process that uses it, or choose another port (0 selects a free port).';
    case 'EACCES':
      return 'This user may not listen there: choose a port from 1024 (0 selects a free port).';
    default:
      return 'Choose an address of this machine to listen on, such as 127.0.0.1.';
  }
}

function unavailable(port: number, host: string, cause: unknown): ClerkLocalError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const reason =
    code === 'EADDRINUSE'
      ? `Port ${port} on ${host} is already in use.`
      : `Cannot listen on port ${port} on ${host} (${String(code)}).`;
  return new ClerkLocalError('port_unavailable', reason, actionFor(code), { cause });
}
