import type { Environment } from '../environment.js';
import { createDatabase } from '../support/databases.js';
import { runScenario } from '../support/scenario.js';
import { postgresVersion, type PostgresMajor } from '../tools/package-cache.js';

const majors: readonly PostgresMajor[] = [14, 15, 16, 17, 18];

/** Every supported major version of PostgreSQL, with its own defaults. */
export const postgresVersions: Environment[] = majors.map((major) => ({
  name: `PostgreSQL ${major}`,
  // The oldest and the newest.
  fast: major === 14 || major === 18,
  run: async (context) => {
    const server = await context.postgres(major);
    const database = await createDatabase(server);
    await runScenario(context, {
      env: { DATABASE_URL: server.urlOf(database) },
      query: (sql) => server.query(database, sql),
    });
    return postgresVersion[major].replace(/-.*/, '');
  },
}));
