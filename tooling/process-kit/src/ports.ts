import { connect, createServer } from 'node:net';
import getPort from 'get-port';

const loopback = '127.0.0.1';

/**
 * @returns a port of 127.0.0.1 that nothing listens on. Calls of one process never return the same
 *   port within 15 s; another process may take it before it is used.
 */
export function freePort(): Promise<number> {
  return getPort({ host: loopback });
}

/** Why a service cannot listen: another program does, or the system does not permit this user to. */
export type PortProblem = 'taken' | 'forbidden';

/**
 * Tries to listen on a port of this machine.
 *
 * @param host the address that the service will listen on
 * @returns `undefined` when the port is free
 */
export async function portProblem(port: number, host = loopback): Promise<PortProblem | undefined> {
  const server = createServer();
  const code = await new Promise<string | undefined>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
  if (code === 'EADDRINUSE') return 'taken';
  if (code === 'EACCES') return 'forbidden';
  // Any other error is about the address, for instance on a machine without IPv6.
  return undefined;
}

/** @returns whether a server accepts TCP connections on this port */
export function acceptsConnections(port: number, host = loopback): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** @returns whether a URL answers with a 2xx status within `timeoutMs` */
export async function answersOk(url: string, timeoutMs = 10_000): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
