import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import type { Account } from '../tools/run-program.js';
import { Stop, waitFor } from './wait.js';

/** A server that is not ours, for instance a pooler or a proxy, as a child process. */
export class ChildServer {
  private output = '';

  private constructor(private readonly child: ChildProcess) {
    const collect = (chunk: Buffer): void => {
      this.output = `${this.output}${chunk.toString()}`.slice(-4_000);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const killWithParent = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', killWithParent);
    child.once('exit', () => process.off('exit', killWithParent));
  }

  /** @returns once it accepts connections on this port of 127.0.0.1 */
  static async start(
    [program, ...args]: readonly [string, ...string[]],
    port: number,
    options: { readonly account?: Account | undefined; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<ChildServer> {
    const child = spawn(program, args, {
      ...options.account,
      ...(options.env === undefined ? {} : { env: options.env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new ChildServer(child);
    child.once('error', (error) => (server.output += error.message));
    await waitFor(`${program} accepts connections`, async () => {
      if (child.exitCode !== null) throw new Stop(`${program} ended: ${server.output}`);
      return (await accepts(port)) ? true : undefined;
    }).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return server;
  }

  get log(): string {
    return this.output;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
    await ended;
    clearTimeout(timer);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
