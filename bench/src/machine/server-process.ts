import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { acceptsConnections, ChildProgram, freePort } from '@populatte/process-kit';
import { onServerCore } from './pinning.js';

const host = '127.0.0.1';

export interface ServerProgram {
  /** The module to run. */
  readonly script: URL;
  /** Its variables, in addition to PORT and HOST; it has no others. */
  readonly env: Readonly<Record<string, string>>;
  /** The file that receives its standard output, its log. */
  readonly output: string;
  /** The `node` executable. Default: that of this process. */
  readonly node?: string;
}

/** A server under measurement, as a separate process on the server's core. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProgram,
    readonly port: number,
  ) {}

  /** @returns once it accepts connections */
  static async start({
    script,
    env,
    output,
    node = process.execPath,
  }: ServerProgram): Promise<ServerProcess> {
    const port = await freePort();
    const [command, args] = onServerCore(node, [fileURLToPath(script)]);
    const log = openSync(output, 'w');
    const child = ChildProgram.start(command, {
      name: 'The server',
      args,
      env: { NODE_ENV: 'production', HOST: host, ...env, PORT: String(port) },
      stdout: log,
    });
    closeSync(log);
    const server = new ServerProcess(child, port);
    try {
      await child.until('listen', () => acceptsConnections(port), { timeoutMs: 20_000 });
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get pid(): number {
    return this.child.pid;
  }

  stop(): Promise<void> {
    return this.child.stop({ timeoutMs: 10_000 });
  }
}
