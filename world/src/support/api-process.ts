import { spawn, type ChildProcess } from 'node:child_process';
import { Agent } from 'node:http';
import { z } from 'zod';
import type { Toolbox } from '../toolbox.js';
import type { Person } from './clerk-stand-in.js';
import { freePort } from './free-port.js';
import { send, type Answer } from './http.js';
import { Stop, waitFor } from './wait.js';

export interface ApiOptions {
  /** Beside those of Clerk, PORT and HOST. */
  readonly env: Readonly<Record<string, string>>;
  /** Unset: the Node that runs this. */
  readonly node?: string;
  readonly port?: number;
}

/** The built API as a process: `node apps/api/dist/main.js` with its variables and no others. */
export class ApiProcess {
  private written = '';
  private exitCode: number | null | undefined;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 200 });

  private constructor(
    private readonly tools: Toolbox,
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    const collect = (text: string): void => {
      this.written += text;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.once('close', (code) => (this.exitCode = code));
  }

  /** Starts it; it ends with the environment. Does not wait. */
  static async spawn(tools: Toolbox, options: ApiOptions): Promise<ApiProcess> {
    const { env, node = process.execPath, port = await freePort() } = options;
    const child = spawn(node, ['apps/api/dist/main.js'], {
      cwd: tools.root,
      env: {
        ...{ NODE_ENV: 'production', SHUTDOWN_DRAIN_MS: '200', HOST: '127.0.0.1' },
        ...tools.clerk.environment(),
        ...env,
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const killWithParent = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', killWithParent);
    child.once('exit', () => process.off('exit', killWithParent));
    const api = new ApiProcess(tools, child, port);
    tools.atEnd(() => api.kill());
    return api;
  }

  /** Starts it and waits until readiness is 200. */
  static async start(tools: Toolbox, options: ApiOptions): Promise<ApiProcess> {
    const api = await ApiProcess.spawn(tools, options);
    await api.ready();
    return api;
  }

  /** @throws Error with readiness's answer and the log if it is not 200 in time */
  async ready(timeoutMs = 60_000): Promise<void> {
    let seen = 'no answer';
    await waitFor(
      'readiness',
      async () => {
        this.assertRunning();
        const { status, text } = await send(this.url('/health/ready'));
        seen = `${status} ${text}`;
        return status === 200 ? true : undefined;
      },
      timeoutMs,
    ).catch((error: unknown) => {
      if (error instanceof Stop) throw error;
      throw new Error(`/health/ready is ${seen} after ${timeoutMs / 1000} s\n${this.lastLines()}`);
    });
  }

  /** @returns once it answers at all */
  async listening(timeoutMs = 60_000): Promise<void> {
    await waitFor(
      'the API listens',
      async () => {
        this.assertRunning();
        return send(this.url('/health/live'));
      },
      timeoutMs,
    );
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  get log(): string {
    return this.written;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** `GET /users/me` with a session token of this user. */
  async me(person: Person): Promise<Answer> {
    const authorization = `Bearer ${this.tools.clerk.token(person)}`;
    return send(this.url('/users/me'), { headers: { authorization }, agent: this.agent });
  }

  /** `GET /health/live`, on a connection of its own. */
  live(): Promise<Answer> {
    return send(this.url('/health/live'));
  }

  async webhook(
    type: 'user.created' | 'user.updated' | 'user.deleted',
    person: Person,
  ): Promise<Answer> {
    const { body, headers } = this.tools.clerk.webhook(type, person);
    return send(this.url('/webhooks/clerk'), { method: 'POST', body, headers });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** @returns the exit code, `null` if a signal ended it */
  async ended(timeoutMs: number): Promise<number | null> {
    const code = await waitFor(
      'the API ends',
      () => (this.exitCode === undefined ? undefined : { code: this.exitCode }),
      timeoutMs,
    );
    this.agent.destroy();
    return code.code;
  }

  /** SIGTERM. @throws Error unless it exits with 0 within 12 s */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    const code = await this.ended(12_000);
    if (code !== 0) throw new Error(`the API exited with ${code} on SIGTERM\n${this.lastLines()}`);
  }

  private async kill(): Promise<void> {
    if (this.exitCode !== undefined) return;
    this.signal('SIGKILL');
    await this.ended(10_000);
  }

  /** The last different lines of its log that are not about a served request, shortened. */
  lastLines(count = 6): string {
    const lines = this.written.trim().split('\n').map(shorten);
    const kept = lines.filter((line) => line !== '' && !line.includes(' answered'));
    return [...new Set(kept)]
      .slice(-count)
      .map((line) => `    ${line}`)
      .join('\n');
  }

  private assertRunning(): void {
    if (this.exitCode === undefined) return;
    throw new Stop(`the API exited with ${this.exitCode}\n${this.lastLines()}`);
  }
}

const logLine = z.looseObject({
  level: z.string(),
  msg: z.string().optional(),
  err: z.unknown().optional(),
});

/** Level, message and the chain of causes of a log line; another line as it is. */
function shorten(line: string): string {
  try {
    const { level, msg = '', err } = logLine.parse(JSON.parse(line));
    return [level, msg, ...causes(err)].join(' ').slice(0, 800);
  } catch {
    return line.slice(0, 500);
  }
}

const logged = z.looseObject({
  message: z.string().optional(),
  code: z.string().optional(),
  cause: z.unknown().optional(),
});

function causes(error: unknown, depth = 0): string[] {
  const found = logged.safeParse(error);
  if (!found.success || depth > 5) return [];
  const { code, message = '', cause } = found.data;
  return [`[${code ?? ''} ${message}]`, ...causes(cause, depth + 1)];
}
