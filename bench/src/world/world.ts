import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { LoadGenerator } from '../load/load-generator.js';
import { Databases } from './databases.js';
import { apiEnvironment } from './instance.js';
import { startKeySetServer, type KeySetServer } from './key-set-server.js';
import type { Person } from './people.js';
import { sessionToken } from './session-token.js';
import { makeSigningKey, type SigningKey } from './signing-key.js';

/** What every scenario measures in: PostgreSQL, a key set, and the load generator. */
export class World {
  private constructor(
    readonly folder: string,
    readonly postgres: EmbeddedPostgres,
    readonly databases: Databases,
    readonly load: LoadGenerator,
    private readonly key: SigningKey,
    private readonly keySet: KeySetServer,
  ) {}

  static async start(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'populatte-bench-'));
    // Default settings, durability included, except for the connections of several processes.
    const postgres = await startPostgres({
      dataDir: join(folder, 'postgres'),
      settings: { max_connections: '200' },
    });
    const key = makeSigningKey();
    const keySet = await startKeySetServer(key);
    const databases = await Databases.prepare(postgres);
    return new World(folder, postgres, databases, LoadGenerator.start(), key, keySet);
  }

  async stop(): Promise<void> {
    this.load.stop();
    await this.keySet.stop();
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The file for a server's standard output, overwritten by the next server of this name. */
  outputOf(server: string): string {
    return join(this.folder, `${server}.log`);
  }

  environment(databaseUrl: string): Record<string, string> {
    return apiEnvironment(this.keySet.url, databaseUrl);
  }

  token(whose: Person, updatedAt?: number): string {
    return sessionToken(this.key, whose, updatedAt);
  }
}
