/**
 * Returns the statement that creates a table of users as an application's own migration does,
 * without what `clerkSyncSql` adds.
 *
 * @param name the table's name, in quotes where it needs them
 * @param ownColumns the application's columns, such as `phone text`
 */
export function createUserTable(name: string, ...ownColumns: readonly string[]): string {
  const columns = [
    'id uuid primary key, clerk_id text not null unique, email text, name text, image_url text',
    'profile_version bigint not null, created_at timestamptz(3) not null default now()',
    'updated_at timestamptz(3) not null default now(), deleted_at timestamptz(3)',
    ...ownColumns,
  ];
  return `create table ${name} (${columns.join(', ')});`;
}
