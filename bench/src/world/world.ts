import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClerkStub, signToken } from '@populatte/clerk-stub';
import { startPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { LoadGenerator } from '../load/load-generator.js';
import { tokenPayload } from './clerk.js';
import { Collector } from './collector.js';
import { Databases } from './databases.js';
import type { BenchUser } from './bench-users.js';

/** The environment of every scenario: PostgreSQL, a stub of Clerk, and the load generator. */
export class World {
  private constructor(
    readonly folder: string,
    readonly postgres: EmbeddedPostgres,
    readonly databases: Databases,
    readonly load: LoadGenerator,
    readonly collector: Collector,
    private readonly clerk: ClerkStub,
  ) {}

  static async start(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'populatte-bench-'));
    // Default settings, durability included, except for the connections of several processes.
    const postgres = await startPostgres({
      dataDir: join(folder, 'postgres'),
      settings: { max_connections: '200' },
    });
    const [clerk, collector] = [await ClerkStub.start(), await Collector.start()];
    const databases = await Databases.prepare(postgres);
    return new World(folder, postgres, databases, LoadGenerator.start(), collector, clerk);
  }

  async stop(): Promise<void> {
    this.load.stop();
    this.collector.close();
    await this.clerk.close();
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The file for a server's standard output, overwritten by the next server of this name. */
  outputOf(server: string): string {
    return join(this.folder, `${server}.log`);
  }

  environment(databaseUrl: string): Record<string, string> {
    return { ...this.clerk.environment(), DATABASE_URL: databaseUrl };
  }

  token(whose: BenchUser, updatedAt?: number): string {
    return signToken(this.clerk.key, tokenPayload(whose, updatedAt));
  }
}
