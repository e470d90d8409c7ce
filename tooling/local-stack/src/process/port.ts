import { createServer } from 'node:net';

/** Why a service could not listen: another program does, or the system forbids it to this user. */
export type PortProblem = 'taken' | 'forbidden';

/**
 * Tries to listen on a port of this machine.
 *
 * @param host the address that the service is going to listen on
 * @returns `undefined` when the port is free
 */
export async function portProblem(
  port: number,
  host = '127.0.0.1',
): Promise<PortProblem | undefined> {
  const outcome = await bind(port, host);
  if (outcome === 'EADDRINUSE') return 'taken';
  if (outcome === 'EACCES') return 'forbidden';
  // Anything else is about the address, say a machine without IPv6.
  return undefined;
}

/** A port that the system says is free now. Another process may take it before it is used. */
export async function freePort(): Promise<number> {
  const port = await bind(0, '127.0.0.1');
  if (typeof port === 'string') throw new Error(`There is no free port on 127.0.0.1 (${port}).`);
  return port;
}

/** @returns the port that was bound and given back, or the code of the system's error */
async function bind(port: number, host: string): Promise<number | string> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => {
        resolve(bound);
      });
    });
  });
}
