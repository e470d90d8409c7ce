import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { ClerkLocalError } from '../errors/clerk-local-error.js';

/** How long answers that are under way may take when the server closes. */
const CLOSE_GRACE_MS = 1_000;

export interface Listening {
  /** Where it answers on this machine. */
  readonly url: string;
  readonly port: number;
  /** Refuses new connections, lets answers under way end, and then cuts what is left. */
  close(): Promise<void>;
}

/**
 * Serves an app over HTTP.
 *
 * @param port 0 for a free one
 * @throws {ClerkLocalError} `port_unavailable`
 */
export async function listen(app: Hono, port: number, host: string): Promise<Listening> {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void answer(request, response));
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw unavailable(port, host, cause);
  }
  const actualPort = portOf(server);
  return { url: urlOf(host, actualPort), port: actualPort, close: () => close(server) };
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
