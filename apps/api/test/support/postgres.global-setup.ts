import { startTemporaryPostgres } from '@populatte/embedded-postgres';
import type { TestProject } from 'vitest/node';
import { applyMigrations } from '../../src/infrastructure/database/migrations.js';
import { templateDatabase } from './test-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's URL of the template database on the tests' PostgreSQL. */
    postgresUrl: string;
  }
}

/** Starts a real PostgreSQL for the test run, with a migrated template database that each file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTemporaryPostgres({ settings: { max_connections: '300' } });
  const template = await postgres.createDatabase(templateDatabase);
  await applyMigrations(template);
  project.provide('postgresUrl', template);
  return () => postgres.remove();
}
