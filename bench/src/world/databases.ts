import { applyMigrations } from '@populatte/api/infrastructure/database/migrations.js';
import { type EmbeddedPostgres, query } from '@populatte/embedded-postgres';
import { createUsualUsers } from '../servers/usual/users.table.js';
import { benchUserColumns, profileUpdatedAt } from './bench-users.js';

const template = 'bench_template';

/** Migrated databases on the run's PostgreSQL, with the requested number of users. */
export class Databases {
  private made = 0;

  private constructor(private readonly postgres: EmbeddedPostgres) {}

  static async prepare(postgres: EmbeddedPostgres): Promise<Databases> {
    const url = await postgres.createDatabase(template);
    await applyMigrations(url);
    await query(url, createUsualUsers);
    return new Databases(postgres);
  }

  /** @returns the URL of a new database with users 1 to `users` */
  async create(users: number): Promise<string> {
    this.made += 1;
    const url = await this.postgres.createDatabase(`bench_${this.made}`, template);
    await addUsers(url, 1, users);
    return url;
  }
}

/** Adds the users with these numbers, including the last one, as their first requests would. */
export async function addUsers(url: string, from: number, to: number): Promise<void> {
  if (to < from) return;
  const rows = `select gen_random_uuid(), ${benchUserColumns}, ${profileUpdatedAt} as profile_version
    from generate_series(${from}, ${to}) as index`;
  await query(
    url,
    `begin;
     insert into users (id, clerk_id, email, name, image_url, profile_version) ${rows};
     insert into usual_users (clerk_id, email, name, image_url)
       select clerk_id, email, name, image_url from users where ${to} <= 50000
       on conflict do nothing;
     commit`,
  );
  await query(url, 'vacuum analyze users');
}
