import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A server address that can fail silently for both ends and can be moved, like the virtual IP of a
 * failover pair.
 */
export interface TcpProxy {
  readonly url: string;
  /** Stops passing data without closing connections, as when a cable is pulled. */
  cut(): void;
  /** Lets data pass again, including the data held back. */
  repair(): void;
  /**
   * Breaks every open connection when data is next sent on it, like a firewall that has forgotten
   * it. New connections work.
   */
  forget(): void;
  /** Breaks all connections; new ones reach another server, as after a failover. */
  moveTo(target: string): void;
  close(): Promise<void>;
}

/**
 * @param target the address of the server, of which only host and port are used
 * @param createRewriter creates, per connection, a function that rewrites the client's bytes;
 *   default: they pass unchanged
 */
export async function startTcpProxy(
  target: string,
  createRewriter: () => (chunk: Buffer) => Buffer = () => (chunk) => chunk,
): Promise<TcpProxy> {
  let { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  let isCut = false;
  const join = (from: Socket, to: Socket, rewrite = (chunk: Buffer) => chunk): void => {
    sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      if (forgotten.has(from)) from.resetAndDestroy();
      else to.write(rewrite(chunk));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      if (!isCut) to.destroy();
    });
    if (isCut) from.pause();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    join(client, upstream, createRewriter());
    join(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    repair: () => {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    forget: () => {
      for (const socket of sockets) forgotten.add(socket);
    },
    moveTo: (other) => {
      ({ hostname, port } = new URL(other));
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
