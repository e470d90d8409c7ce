import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClerkStub } from '@populatte/clerk-stub';
import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { acceptsConnections, ChildProgram, type Account } from '@populatte/process-kit';
import { PackageCache, postgresVersion, type PostgresMajor } from './tools/package-cache.js';

type Close = () => Promise<void> | void;

/**
 * The context of a run: starts the parts of environments, which end with the environment or the run.
 */
export class TestContext {
  private readonly servers = new Map<PostgresMajor, Promise<EmbeddedPostgres>>();
  private ofEnvironment: Close[] = [];

  private constructor(
    readonly root: string,
    /** Temporary, readable by the account that PostgreSQL runs as. */
    readonly folder: string,
    readonly clerk: ClerkStub,
    readonly packages: PackageCache,
    /** Prints a line of progress. */
    readonly progress: (text: string) => void,
  ) {}

  static async open(
    root: string,
    options: { readonly offline: boolean; readonly progress: (text: string) => void },
  ): Promise<TestContext> {
    const folder = await mkdtemp(join(tmpdir(), 'populatte-world-'));
    await chmod(folder, 0o755);
    const clerk = await ClerkStub.start();
    const packages = new PackageCache(root, options);
    return new TestContext(root, folder, clerk, packages, options.progress);
  }

  /** A folder for one environment's files. */
  async makeFolder(): Promise<string> {
    const folder = await mkdtemp(join(this.folder, 'environment-'));
    await chmod(folder, 0o755);
    return folder;
  }

  /** A server of this major version, shared by the environments of the run. */
  async postgres(major: PostgresMajor = 18): Promise<EmbeddedPostgres> {
    let server = this.servers.get(major);
    if (server === undefined) {
      server = this.startPostgres(major);
      this.servers.set(major, server);
    }
    return server;
  }

  private async startPostgres(major: PostgresMajor): Promise<EmbeddedPostgres> {
    const packageFolder = await this.packages.postgres(major);
    this.progress(`starting PostgreSQL ${postgresVersion[major]}`);
    return startTemporaryPostgres({ packageFolder, settings: { max_connections: '200' } });
  }

  /**
   * Starts a server that is not ours, for instance a pooler or a proxy. It ends with the environment.
   *
   * @param port of 127.0.0.1; resolves once the server accepts connections there
   */
  async startServer(
    [program, ...args]: readonly [string, ...string[]],
    port: number,
    { account }: { readonly account?: Account | undefined } = {},
  ): Promise<void> {
    const server = ChildProgram.start(program, { args, account });
    this.atEnd(() => server.stop({ timeoutMs: 3_000 }));
    await server.until('listen', () => acceptsConnections(port), { timeoutMs: 30_000 });
  }

  /** Registers a function to call after the environment, the latest first. */
  atEnd(close: Close): void {
    this.ofEnvironment.push(close);
  }

  /** Ends everything that the environment has started. */
  async endEnvironment(): Promise<void> {
    const closes = this.ofEnvironment.toReversed();
    this.ofEnvironment = [];
    for (const close of closes) {
      try {
        await close();
      } catch (error) {
        this.progress(`cleaning up failed: ${String(error)}`);
      }
    }
    this.clerk.keysBehaviour = undefined;
  }

  async close(): Promise<void> {
    await this.endEnvironment();
    for (const server of this.servers.values()) {
      await server.then(
        (started) => started.remove(),
        () => undefined,
      );
    }
    await this.clerk.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
