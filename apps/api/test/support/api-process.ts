import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithThisProcess } from '@populatte/local-stack';
import { z } from 'zod';
import { assertNothingLeaked } from './leaks.js';
import { send, type Answer, type Outgoing } from './send.js';
import { until } from './until.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

// A worker outlives a Vitest that is killed, and its APIs with it.
process.once('disconnect', () => process.exit());

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The entries of the API's log that tests look at. */
const logEntry = z.looseObject({
  level: z.string(),
  msg: z.string().optional(),
  address: z.string().optional(),
  requestId: z.string().optional(),
});
export type LogEntry = z.infer<typeof logEntry>;

/** The built API as a process of its own, as it is run in production: `node apps/api/dist/main.js`. */
export class ApiProcess {
  /** Where it answers; empty until it does. */
  url = '';
  private output = '';
  private errors = '';
  private exit: Exit | undefined;
  /** Bearer tokens and signatures that were sent: none may be in the log. */
  private readonly sent = new Set<string>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    child.on('close', (code, signal) => (this.exit = { code, signal }));
  }

  /** Runs it with these variables and no other. @param cwd the repository's folder, or a copy's */
  static spawn(env: Readonly<Record<string, string>>, cwd = repository): ApiProcess {
    const child = spawn(process.execPath, ['apps/api/dist/main.js'], {
      cwd,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Vitest ends its workers without teardown after a timeout or a signal.
    endWithThisProcess(child, { signal: 'KILL' });
    return new ApiProcess(child, env);
  }

  /** @returns once it accepts requests */
  static async start(env: Readonly<Record<string, string>>, cwd = repository): Promise<ApiProcess> {
    const api = ApiProcess.spawn(env, cwd);
    await api.accepting();
    return api;
  }

  /** Resolves once it accepts requests; rejects with what it said when it ends instead. */
  async accepting(): Promise<void> {
    await until('the API accepts requests', () => {
      if (this.exit !== undefined) {
        throw new Error(`The API ended (${this.exit.code}): ${this.errors}${this.output}`);
      }
      this.url = this.logs().find(({ msg }) => msg === 'The API accepts requests.')?.address ?? '';
      return this.url !== '';
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get alive(): boolean {
    return this.exit === undefined;
  }

  get stderr(): string {
    return this.errors;
  }

  /** All that it ever wrote, to standard output and to standard error. */
  get written(): string {
    return this.output + this.errors;
  }

  /** Its log so far; every whole line must be JSON. */
  logs(): LogEntry[] {
    return this.output
      .split('\n')
      .slice(0, -1)
      .map((line) => logEntry.parse(JSON.parse(line)));
  }

  /** The one entry with this request's id that its answer leaves behind, once it is there. */
  async requestLog(requestId: string): Promise<LogEntry> {
    const found = (): LogEntry[] =>
      this.logs().filter((entry) => entry.requestId === requestId && entry.msg === 'answered');
    await until(`the request ${requestId} is logged`, () => found().length > 0);
    const [entry, ...others] = found();
    if (entry === undefined || others.length > 0) throw new Error('It was logged more than once.');
    return entry;
  }

  /** Sends one request. @param path with its slash, sent as it is */
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
    this.child.kill(signal);
  }

  /** Resolves when it has ended. */
  async ended(withinMs = 12_000): Promise<Exit> {
    let exit: Exit | undefined;
    await until('the API ends', () => (exit = this.exit) !== undefined, withinMs);
    return exit ?? { code: null, signal: null };
  }

  /**
   * Ends it with SIGTERM, as an orchestrator does, and looks through all that it ever wrote.
   *
   * @throws Error when it does not end well, or has written a secret, a token or personal data
   */
  async stop(): Promise<void> {
    if (this.alive) this.signal('SIGTERM');
    const { code, signal } = await this.ended();
    this.assertNoLeak();
    if (code !== 0) {
      throw new Error(`The API ended with ${code ?? signal}: ${this.errors || this.output}`);
    }
  }

  /** @throws Error when anything that it wrote holds a secret, a token or personal data */
  assertNoLeak(): void {
    assertNothingLeaked(this.written, { env: this.env, texts: this.sent });
  }
}
