#!/usr/bin/env node
/**
 * Generates a migration from the schema: `npm run db:generate -- --name add_notes`.
 *
 * It runs `drizzle-kit generate` and completes the new file: drizzle-kit names the schema `public` in
 * foreign keys, although the tables may be in another one, and a foreign key to `users` does not
 * erase rows with the user, whose tombstone remains.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainWriteErrors, parseOptions, requireDependencies } from '../../../scripts/command.js';

const folder = fileURLToPath(new URL('../', import.meta.url));
const migrations = join(folder, 'drizzle');

/** @returns {string[]} */
function list() {
  return readdirSync(migrations).filter((name) => name.endsWith('.sql'));
}

const ownUserColumn =
  /ALTER TABLE "(\w+)" ADD CONSTRAINT "\w+" FOREIGN KEY \("(\w+)"\) REFERENCES "users"\("id"\) ON DELETE cascade/g;

/** @returns {string} the statement that erases a table's rows with their user */
function erasure(/** @type {string} */ table, /** @type {string} */ column) {
  return `-- A deleted user stays as a tombstone, so the foreign key does not erase these rows.
CREATE TRIGGER ${table}_${column}_erased AFTER UPDATE OF deleted_at ON "users"
	FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
	EXECUTE FUNCTION erase_user_rows('${table}', '${column}');`;
}

const usage = `Usage: npm run db:generate -- --name NAME [--custom]

Generates a migration in apps/api/drizzle from the schema; see docs/guides/write-a-migration.md.

  --name NAME   what the migration changes, such as add_locale
  --custom      an empty file, for SQL that the schema cannot express
  --help        this text
`;
const { name, custom } = parseOptions(
  { name: { type: 'string' }, custom: { type: 'boolean' } },
  usage,
);
// drizzle-kit would invent a name.
if (typeof name !== 'string' || !/^[a-z][a-z0-9_]*$/.test(name)) {
  process.stderr.write('Name the migration: --name add_locale.\n');
  process.exit(2);
}

requireDependencies(join(folder, '../..'));
const before = new Set(list());
const drizzleKit = join(dirname(fileURLToPath(import.meta.resolve('drizzle-kit'))), 'bin.cjs');
const options = ['--name', name, ...(custom === true ? ['--custom'] : [])];
const { status } = spawnSync(process.execPath, [drizzleKit, 'generate', ...options], {
  cwd: folder,
  stdio: 'inherit',
  // The test configuration maps the module to its sources, whose decorators drizzle-kit cannot
  // parse.
  env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.build.json' },
});
if (status !== 0) process.exit(status ?? 1);
const created = list().filter((file) => !before.has(file));
// drizzle-kit exits with 0 even if it fails.
if (created.length === 0) {
  process.stderr.write('No migration was generated.\n');
  process.exit(1);
}
await explainWriteErrors(() => {
  for (const file of created) complete(file);
});

function complete(/** @type {string} */ file) {
  const path = join(migrations, file);
  const sql = readFileSync(path, 'utf8').replaceAll('"public".', '');
  const triggers = [...sql.matchAll(ownUserColumn)].map(([, table = '', column = '']) =>
    erasure(table, column),
  );
  const statements = [sql.trimEnd(), ...triggers];
  writeFileSync(path, `${statements.join('\n--> statement-breakpoint\n')}\n`);
  process.stdout.write(
    `Review apps/api/drizzle/${file}, and explain in a comment why it is needed.\n`,
  );
}
