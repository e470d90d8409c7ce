import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { Skip } from '../environment.js';
import type { TestContext } from '../test-context.js';

/** Debian's folders: `lib/postgresql/15/bin`, `share/postgresql/15`. */
const library = '/usr/lib/postgresql';
const share = '/usr/share/postgresql';

/**
 * Starts the system's PostgreSQL with its messages in `locale`: the binaries from npm are built
 * without translations, so this setting changes nothing there.
 *
 * @throws Skip if the system has no PostgreSQL, or not the locale
 */
export async function startTranslatedPostgres(
  context: TestContext,
  locale: string,
): Promise<EmbeddedPostgres> {
  // No such folder: the same as an empty one.
  const versions = await readdir(library).catch(() => []);
  const major = versions.toSorted((a, b) => Number(a) - Number(b)).at(-1);
  if (major === undefined) {
    throw new Skip('PostgreSQL with translations is not installed (apt-get install postgresql)');
  }
  const packageFolder = await context.makeFolder();
  const native = join(packageFolder, 'native');
  await mkdir(join(native, 'share'), { recursive: true });
  await symlink(join(library, major, 'bin'), join(native, 'bin'));
  await symlink(join(share, major), join(native, 'share/postgresql'));
  await writeFile(join(packageFolder, 'package.json'), JSON.stringify({ version: `${major}.0` }));
  await writeFile(join(native, 'pg-symlinks.json'), '[]');
  const server = await startTemporaryPostgres({ packageFolder });
  context.atEnd(() => server.remove());
  try {
    await server.query('postgres', `alter system set lc_messages to '${locale}'`);
  } catch {
    throw new Skip(`the locale ${locale} is not installed on this system; see world/README.md`);
  }
  await server.restart();
  return server;
}
