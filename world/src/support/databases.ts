import type { EmbeddedPostgres } from '@populatte/embedded-postgres';

let created = 0;

/**
 * Creates a database.
 *
 * @param settings applied by `ALTER DATABASE … SET`; values as SQL writes them
 * @param options appended to `CREATE DATABASE name`, for instance `encoding 'LATIN1'`
 * @returns its name
 */
export async function createDatabase(
  server: EmbeddedPostgres,
  settings: Readonly<Record<string, string>> = {},
  options = '',
): Promise<string> {
  created += 1;
  const name = `world_${created}`;
  await server.query('postgres', `create database ${name} template template0 ${options}`);
  for (const [setting, value] of Object.entries(settings)) {
    await server.query('postgres', `alter database ${name} set ${setting} to ${value}`);
  }
  return name;
}

/** @returns the URL of a database for a role other than the superuser */
export function urlAs(
  server: EmbeddedPostgres,
  database: string,
  { name, password }: { readonly name: string; readonly password: string },
): string {
  const url = new URL(server.urlOf(database));
  url.username = name;
  url.password = password;
  return url.href;
}
