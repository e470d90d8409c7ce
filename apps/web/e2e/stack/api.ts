import { answersOk, ChildProgram } from '@populatte/process-kit';
import { addresses, portOf } from './addresses';
import { repository } from './folders';

/** The built API, which can be stopped and started again. */
export class Api {
  private child: ChildProgram | undefined;

  /** @param variables Clerk's and the database's */
  constructor(private readonly variables: Readonly<Record<string, string>>) {}

  /** Resolves when it and its database are ready. Idempotent. */
  async start(): Promise<void> {
    if (this.child !== undefined) return;
    const child = ChildProgram.start(process.execPath, {
      name: 'The API',
      args: ['apps/api/dist/main.js'],
      cwd: repository,
      env: {
        ...this.variables,
        NODE_ENV: 'production',
        DOCS_ENABLED: 'true',
        PORT: String(portOf(addresses.api)),
        HOST: '127.0.0.1',
        WEB_URL: addresses.web,
        LOG_LEVEL: 'warn',
      },
    });
    this.child = child;
    await child.until('become ready', () => answersOk(`${addresses.api}/health/ready`), {
      timeoutMs: 180_000,
    });
  }

  /** Suspends the process: the kernel accepts connections, but nothing responds. */
  pause(): void {
    this.child?.signal('SIGSTOP');
  }

  resume(): void {
    this.child?.signal('SIGCONT');
  }

  /** The end of its log since it was started. */
  log(): string {
    return this.child?.output ?? '';
  }

  async stop(): Promise<void> {
    await this.child?.stop({ timeoutMs: 12_000 });
    this.child = undefined;
  }
}
