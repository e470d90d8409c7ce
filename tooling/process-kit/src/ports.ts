import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

const loopback = '127.0.0.1';

/**
 * Below the ephemeral ports (32768 and up) of outgoing connections and of servers on port 0, which
 * could occupy a port before its server starts or while it restarts.
 */
const range = { min: 24_000, max: 32_000 } as const;

/**
 * @returns a port of 127.0.0.1 that nothing listens on. No other call returns it, in this process or
 *   another, until this process ends.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const port = randomInt(range.min, range.max);
    if ((await reserve(port)) && (await portProblem(port)) === undefined) return port;
  }
  throw new Error(`No port from ${range.min} to ${range.max} is free.`);
}

/**
 * Reserves a port among the callers of `freePort` by binding the UDP port of the same number, which
 * none of our servers uses. The system releases it when this process ends, even by SIGKILL.
 */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: loopback, exclusive: true }, () => {
      resolve(true);
    });
  });
}

/**
 * The reason why a service cannot listen: another program uses the port, or this user lacks the
 * permission.
 */
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
  // Any other error concerns the address, for instance on a machine without IPv6.
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

/** @returns whether a URL answers with a 2xx status within 10 s */
export async function answersOk(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
