import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClerkStandIn } from './support/clerk-stand-in.js';
import { PackageCache } from './tools/package-cache.js';
import { PostgresServer, postgresVersion, type PostgresMajor } from './support/postgres-server.js';

type Close = () => Promise<void> | void;

/** What environments are built from. Everything that it starts ends with the environment or the run. */
export class Toolbox {
  private readonly servers = new Map<PostgresMajor, Promise<PostgresServer>>();
  private ofEnvironment: Close[] = [];

  private constructor(
    readonly root: string,
    /** Temporary, readable by the account that PostgreSQL runs as. */
    readonly folder: string,
    readonly clerk: ClerkStandIn,
    readonly packages: PackageCache,
    /** Prints a line of progress. */
    readonly progress: (text: string) => void,
  ) {}

  static async open(
    root: string,
    options: { readonly offline: boolean; readonly progress: (text: string) => void },
  ): Promise<Toolbox> {
    const folder = await mkdtemp(join(tmpdir(), 'populatte-world-'));
    await chmod(folder, 0o755);
    const clerk = await ClerkStandIn.start();
    const packages = new PackageCache(root, options);
    return new Toolbox(root, folder, clerk, packages, options.progress);
  }

  /** A folder for one environment's files. */
  async makeFolder(): Promise<string> {
    const folder = await mkdtemp(join(this.folder, 'environment-'));
    await chmod(folder, 0o755);
    return folder;
  }

  /** A server of this major version, shared by the environments of the run. */
  async postgres(major: PostgresMajor = 18): Promise<PostgresServer> {
    let server = this.servers.get(major);
    if (server === undefined) {
      server = this.startPostgres(major);
      this.servers.set(major, server);
    }
    return server;
  }

  private async startPostgres(major: PostgresMajor): Promise<PostgresServer> {
    const native = await this.packages.postgres(major, postgresVersion[major]);
    this.progress(`starting PostgreSQL ${postgresVersion[major]}`);
    return PostgresServer.start({ native, major, folder: join(this.folder, `postgres-${major}`) });
  }

  /** Has `close` called when the environment has run, the latest first. */
  atEnd(close: Close): void {
    this.ofEnvironment.push(close);
  }

  /** Ends what the environment has started. */
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
    this.clerk.reset();
  }

  async close(): Promise<void> {
    await this.endEnvironment();
    for (const server of this.servers.values()) {
      await server.then(
        (started) => started.stop(),
        () => undefined,
      );
    }
    await this.clerk.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
