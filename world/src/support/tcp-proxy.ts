import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP address whose target can be moved, as a virtual IP or a DNS name of a failover pair. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private target: number,
  ) {
    server.on('connection', (client) => {
      const upstream = connect(this.target, '127.0.0.1');
      this.join(client, upstream);
      this.join(upstream, client);
    });
  }

  /** @param target a port of 127.0.0.1 */
  static async start(target: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new TcpProxy(server, port, target);
  }

  /** Breaks the connections that are open; new ones reach the new target. */
  moveTo(target: number): void {
    this.target = target;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
