import { Agent } from 'node:http';
import { ChildProgram, freePort, ProgramError, until } from '@populatte/process-kit';
import { z } from 'zod';
import type { TestContext } from '../test-context.js';
import { tokenOf, webhookAbout, type ClerkUser } from './clerk.js';
import { send, type Answer } from './http.js';

export interface ApiOptions {
  /** Variables in addition to Clerk's, PORT and HOST. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: the Node that runs this process. */
  readonly node?: string;
  readonly port?: number;
  /** The repository whose built API is started. Default: this one. */
  readonly root?: string;
}

/** The built API as a process: `node apps/api/dist/main.js` with only its own variables. */
export class ApiProcess {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 200 });

  private constructor(
    private readonly context: TestContext,
    private readonly child: ChildProgram,
    readonly port: number,
  ) {}

  /** Starts the process, which stops with the environment. Does not wait. */
  static async spawn(context: TestContext, options: ApiOptions): Promise<ApiProcess> {
    const { env, node = process.execPath, port = await freePort(), root = context.root } = options;
    const child = ChildProgram.start(node, {
      name: 'the API',
      args: ['apps/api/dist/main.js'],
      cwd: root,
      env: {
        ...{ NODE_ENV: 'production', SHUTDOWN_DRAIN_MS: '200', HOST: '127.0.0.1' },
        ...context.clerk.environment(),
        ...env,
        PORT: String(port),
      },
      keptOutput: Infinity,
    });
    const api = new ApiProcess(context, child, port);
    context.atEnd(async () => {
      child.kill();
      await child.ended;
      api.agent.destroy();
    });
    return api;
  }

  /** Starts it and waits until readiness is 200. */
  static async start(context: TestContext, options: ApiOptions): Promise<ApiProcess> {
    const api = await ApiProcess.spawn(context, options);
    await api.ready();
    return api;
  }

  /** @throws Error with the last response and the log unless readiness is 200 in time */
  async ready(timeoutMs = 60_000): Promise<void> {
    let seen = 'no answer';
    const isReady = async (): Promise<boolean> => {
      const { status, text } = await this.readiness();
      seen = `${status} ${text}`;
      return status === 200;
    };
    await this.until('become ready', isReady, timeoutMs).catch((error: unknown) => {
      const reason = error instanceof ProgramError ? error.reason : String(error);
      throw new Error(`${reason} /health/ready: ${seen}\n${this.lastLines()}`);
    });
  }

  /** @returns once it responds at all */
  async listening(timeoutMs = 60_000): Promise<void> {
    await this.until('answer', () => this.live(), timeoutMs);
  }

  private until(
    what: string,
    attempt: () => Promise<unknown>,
    timeoutMs: number,
  ): Promise<unknown> {
    // A refused connection means "not yet".
    return this.child.until(what, () => attempt().catch(() => undefined), { timeoutMs });
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  get log(): string {
    return this.child.output;
  }

  get pid(): number {
    return this.child.pid;
  }

  /** `GET /users/me` with a session token of this user. */
  async me(clerkUser: ClerkUser): Promise<Answer> {
    const authorization = `Bearer ${tokenOf(clerkUser, this.context.clerk)}`;
    return send(this.url('/users/me'), { headers: { authorization }, agent: this.agent });
  }

  /** `GET /health/live`, on a separate connection. */
  live(): Promise<Answer> {
    return send(this.url('/health/live'));
  }

  /** `GET /health/ready`, on a separate connection. */
  readiness(): Promise<Answer> {
    return send(this.url('/health/ready'));
  }

  async webhook(
    type: 'user.created' | 'user.updated' | 'user.deleted',
    clerkUser: ClerkUser,
  ): Promise<Answer> {
    const { body, headers } = webhookAbout(clerkUser, type);
    return send(this.url('/webhooks/clerk'), { method: 'POST', body, headers });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.signal(signal);
  }

  /** @returns the exit code, `null` if a signal ended it */
  async ended(timeoutMs: number): Promise<number | null> {
    const { code } = await until('the API ends', () => this.child.exit, timeoutMs);
    return code;
  }

  /** SIGTERM. @throws Error unless it exits with 0 within 12 s */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    const code = await this.ended(12_000);
    if (code !== 0) throw new Error(`the API exited with ${code} on SIGTERM\n${this.lastLines()}`);
  }

  /** The last distinct lines of its log that are not about a served request, shortened. */
  lastLines(): string {
    const lines = this.log.trim().split('\n').map(shorten);
    const kept = lines.filter((line) => line !== '' && !line.includes(' answered'));
    return [...new Set(kept)]
      .slice(-6)
      .map((line) => `    ${line}`)
      .join('\n');
  }
}

const logLine = z.looseObject({
  level: z.string(),
  msg: z.string().optional(),
  err: z.unknown().optional(),
});

/** Level, message and the chain of causes of a log line; any other line unchanged. */
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
