import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@populatte/local-stack';
import type { TestProject } from 'vitest/node';
import { applyMigrations } from '../../src/infrastructure/database/migrations.js';
import { templateDatabase } from './test-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the tests' PostgreSQL: its administrator's, at the template database. */
    postgresUrl: string;
  }
}

/** Durability is not what is tested here; speed is welcome. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Starts a real PostgreSQL for the test run, with a migrated template that each file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'populatte-test-'));
  const postgres = await startPostgres({
    dataDir,
    settings: { ...settings, max_connections: '300' },
  });
  const template = await postgres.createDatabase(templateDatabase);
  await applyMigrations(template);
  project.provide('postgresUrl', template);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
