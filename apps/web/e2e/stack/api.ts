import { addresses, portOf } from './addresses';
import { Child } from './child-process';
import { repository } from './folders';

/** The API as built, which can be stopped and started again. */
export class Api {
  private child: Child | undefined;

  /** @param variables Clerk's and the database's */
  constructor(private readonly variables: Readonly<Record<string, string>>) {}

  /** Resolves when it and its database are ready. Twice is the same as once. */
  async start(): Promise<void> {
    if (this.child !== undefined) return;
    const child = new Child({
      name: 'The API',
      args: ['apps/api/dist/main.js'],
      cwd: repository,
      env: {
        ...this.variables,
        NODE_ENV: 'production',
        PORT: String(portOf(addresses.api)),
        HOST: '127.0.0.1',
        WEB_URL: addresses.web,
        LOG_LEVEL: 'warn',
      },
    });
    this.child = child;
    await child.answers(`${addresses.api}/health/ready`);
  }

  /** Suspends the process: connections are accepted by the kernel and nothing answers. */
  pause(): void {
    this.child?.signal('SIGSTOP');
  }

  resume(): void {
    this.child?.signal('SIGCONT');
  }

  /** The newest of what it has logged since it was started. */
  log(): string {
    return this.child?.log() ?? '';
  }

  async stop(): Promise<void> {
    await this.child?.stop();
    this.child = undefined;
  }
}
