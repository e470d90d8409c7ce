import { fileURLToPath } from 'node:url';
import { ChildProgram, until, type Exit } from '@populatte/process-kit';
import { z } from 'zod';
import { assertNothingLeaked } from './leaks.js';
import { send, type Answer, type Outgoing } from './send.js';

export type { Exit };

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

// Otherwise a worker, and its APIs, would outlive a killed Vitest.
process.once('disconnect', () => process.exit());

/** The fields of a log entry that tests read. */
const logEntry = z.looseObject({
  level: z.string(),
  msg: z.string().optional(),
  address: z.string().optional(),
  requestId: z.string().optional(),
});
export type LogEntry = z.infer<typeof logEntry>;

/** The built API as a separate process, started as in production: `node apps/api/dist/main.js`. */
export class ApiProcess {
  /** Its base URL; empty until it accepts requests. */
  url = '';
  /** Bearer tokens and signatures that were sent; the log must contain none of them. */
  private readonly sent = new Set<string>();

  private constructor(
    private readonly child: ChildProgram,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Starts it with only these variables. @param cwd the repository's folder, or a copy's */
  static spawn(env: Readonly<Record<string, string>>, cwd = repository): ApiProcess {
    const child = ChildProgram.start(process.execPath, {
      name: 'The API',
      args: ['apps/api/dist/main.js'],
      cwd,
      env: { ...env },
      keptOutput: Infinity,
    });
    return new ApiProcess(child, env);
  }

  /** @returns once it accepts requests */
  static async start(env: Readonly<Record<string, string>>, cwd = repository): Promise<ApiProcess> {
    const api = ApiProcess.spawn(env, cwd);
    await api.accepting();
    return api;
  }

  /** Resolves once it accepts requests; rejects with its output if it exits instead. */
  async accepting(): Promise<void> {
    const address = (): string | undefined =>
      this.logs().find(({ msg }) => msg === 'The API is accepting requests.')?.address;
    this.url = await this.child.until('accept requests', address, { timeoutMs: 90_000 });
  }

  get pid(): number {
    return this.child.pid;
  }

  get alive(): boolean {
    return this.child.exit === undefined;
  }

  get stderr(): string {
    return this.child.stderr;
  }

  /** Its whole output: standard output and standard error. */
  get written(): string {
    return this.child.stdout + this.child.stderr;
  }

  /** Its log so far; every whole line must be JSON. */
  logs(): LogEntry[] {
    return this.child.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => logEntry.parse(JSON.parse(line)));
  }

  /**
   * Waits for the log entry of the response to this request.
   *
   * @throws Error when there are several
   */
  async requestLog(requestId: string): Promise<LogEntry> {
    const found = (): LogEntry[] =>
      this.logs().filter((entry) => entry.requestId === requestId && entry.msg === 'answered');
    await until(`the request ${requestId} is logged`, () => found().length > 0);
    const [entry, ...others] = found();
    if (entry === undefined || others.length > 0)
      throw new Error('The request was logged more than once.');
    return entry;
  }

  /** Sends a request. @param path begins with a slash and is sent unchanged */
  async send(path: string, outgoing: Outgoing = {}): Promise<Answer> {
    for (const name of ['authorization', 'svix-signature']) {
      const value = outgoing.headers?.[name];
      if (typeof value === 'string') this.sent.add(value.replace(/^(?:bearer|v1,)\s*/i, ''));
    }
    return send(this.url, path, outgoing);
  }

  /** `GET /users/me` with a session token. */
  me(token: string): Promise<Answer> {
    return this.send('/users/me', { headers: { authorization: `Bearer ${token}` } });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.signal(signal);
  }

  /**
   * Resolves when it has exited, even if it exits during its start, which is slow on a busy
   * machine.
   */
  async ended(withinMs = 60_000): Promise<Exit> {
    return until('the API ends', () => this.child.exit, withinMs);
  }

  /**
   * Stops it with SIGTERM, as an orchestrator does, and checks its whole output.
   *
   * @throws Error when its exit code is not 0, or its output contains a secret, a token or personal
   *   data
   */
  async stop(): Promise<void> {
    if (this.alive) this.signal('SIGTERM');
    const { code, signal } = await this.ended();
    this.assertNoLeak();
    if (code !== 0) {
      throw new Error(`The API ended with ${code ?? signal}: ${this.stderr || this.child.stdout}`);
    }
  }

  /** @throws Error when its output contains a secret, a token or personal data */
  assertNoLeak(): void {
    assertNothingLeaked(this.written, { env: this.env, texts: this.sent });
  }
}
