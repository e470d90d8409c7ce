import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, type EmbeddedPostgres } from '@populatte/local-stack';
import pg from 'pg';
import { applyMigrations } from '../../src/infrastructure/database/migrations.js';

const run = promisify(execFile);
const settings = { fsync: 'off', full_page_writes: 'off' };

/** A primary and its streaming standby, both with this release's schema. */
export interface ReplicatedPostgres {
  readonly primary: EmbeddedPostgres;
  readonly standby: EmbeddedPostgres;
  /** Makes the standby a primary. The old one lives on, as it does when only the network failed. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** The standby is a copy of the stopped primary's folder: the embedded binaries lack pg_basebackup. */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'populatte-replica-'));
  const primary = await startPostgres({ dataDir: join(folder, 'primary'), settings });
  await applyMigrations(primary.url);
  await primary.stop();
  const standbyDir = join(primary.dataDir, '..', 'standby');
  await run('cp', ['-a', primary.dataDir, standbyDir]);
  await writeFile(join(standbyDir, 'cluster', 'standby.signal'), '');
  await primary.restart();
  const { port, username, password } = new URL(primary.url);
  const standby = await startPostgres({
    dataDir: standbyDir,
    settings: {
      ...settings,
      primary_conninfo: `host=127.0.0.1 port=${port} user=${username} password=${password}`,
    },
  });
  return {
    primary,
    standby,
    promote: async () => {
      const client = new pg.Client({ connectionString: standby.url });
      await client.connect();
      await client.query('select pg_promote()');
      await client.end();
    },
    stop: async () => {
      await Promise.all([primary.stop(), standby.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
