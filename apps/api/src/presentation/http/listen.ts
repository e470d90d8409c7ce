import { lookup } from 'node:dns/promises';
import { createServer, type Server } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Connections } from './connections.js';

/** Finds the addresses of a host, as `dns.lookup` does. */
export type FindAddresses = (host: string) => Promise<readonly { readonly address: string }[]>;

/** The name has an address that this machine lacks, such as `::1` without IPv6. */
const missingAddress = /^(?:EADDRNOTAVAIL|EAFNOSUPPORT)$/;

/**
 * Listens on every address of the host: `localhost` is often 127.0.0.1 and ::1, and clients try either
 * first. Only one HTTP server serves them. Fastify itself would start another one for the second
 * address of `localhost`, without our limits and our answers to what the HTTP parser refuses.
 *
 * @param app prepared with `prepareHttp`, and initialised
 * @param connections the result of `prepareHttp`
 * @param findAddresses looks the host up
 * @returns whether it listens; not if the shutdown has begun
 * @throws Error of the lookup or of `listen`, such as ENOTFOUND or EADDRINUSE
 */
export async function listen(
  app: NestFastifyApplication,
  connections: Connections,
  { host, port }: { readonly host: string; readonly port: number },
  findAddresses: FindAddresses = (name) => lookup(name, { all: true }),
): Promise<boolean> {
  // The hosts file may list an address twice.
  const addresses = new Set((await findAddresses(host)).map(({ address }) => address));
  const [first = host, ...others] = addresses;
  if (connections.isDraining) return false;
  await app.listen({ host: first, port });
  for (const address of others) {
    const further = await listenFor(app.getHttpServer(), address);
    if (further !== null) connections.addListener(further);
  }
  return true;
}

/** @returns a listener whose connections the server serves; null if the machine lacks the address */
async function listenFor(server: Server, host: string): Promise<Server | null> {
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  // The options of Node's HTTP server for its connections.
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    server.emit('connection', socket);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject).listen({ host, port }, resolve);
    });
    return listener;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (missingAddress.test(code)) return null;
    throw error;
  }
}
