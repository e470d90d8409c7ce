import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onServerCore } from './pinning.js';

const host = '127.0.0.1';
const startMs = 20_000;
const stopMs = 10_000;

export interface ServerProgram {
  /** The module that is run. */
  readonly script: URL;
  /** Its variables, beside PORT and HOST; it has no others. */
  readonly env: Readonly<Record<string, string>>;
  /** The file that its standard output goes to: its log. */
  readonly output: string;
  /** Options of Node's. */
  readonly nodeOptions?: readonly string[];
}

/** A server under measurement: a process of its own, on the server's core. */
export class ServerProcess {
  private errors = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    // However the bench ends, no server outlives it.
    const endWithParent = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', endWithParent);
    child.once('exit', () => process.off('exit', endWithParent));
  }

  /** @returns once it accepts connections */
  static async start({
    script,
    env,
    output,
    nodeOptions = [],
  }: ServerProgram): Promise<ServerProcess> {
    const port = await freePort();
    const [command, args] = onServerCore(process.execPath, [...nodeOptions, fileURLToPath(script)]);
    const log = openSync(output, 'w');
    const child = spawn(command, args, {
      env: { NODE_ENV: 'production', HOST: host, ...env, PORT: String(port) },
      stdio: ['ignore', log, 'pipe'],
    });
    closeSync(log);
    const server = new ServerProcess(child, port);
    await server.accepting();
    return server;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.hasEnded()) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(timer);
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async accepting(): Promise<void> {
    const giveUpAt = performance.now() + startMs;
    while (!(await accepts(this.port))) {
      if (this.hasEnded()) throw new Error(`A server ended while it started: ${this.errors}`);
      if (performance.now() > giveUpAt) {
        this.child.kill('SIGKILL');
        throw new Error(`A server did not listen within ${startMs / 1000} s: ${this.errors}`);
      }
      await sleep(20);
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
