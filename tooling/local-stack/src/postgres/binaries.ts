import { chmod, cp, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run, type Account } from '../process/run.js';
import { outsideFolder } from './folders.js';
import type { PlatformPackage } from './platform-package.js';
import { EmbeddedPostgresError } from './postgres-error.js';

/** Generous: on a busy machine even `postgres -V` takes seconds. */
const probeTimeoutMs = 60_000;

/** PostgreSQL's programs, which the server's account can run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, for instance `18`. */
  readonly major: string;
}

/**
 * The installed binaries, or a copy of them where the installed ones will not do: npm may have
 * skipped the install script that completes them, in a folder that cannot be written, or they are
 * in a folder that is closed to the server's account.
 */
export async function provideBinaries(
  account: Account | undefined,
  log: (line: string) => void,
  found: PlatformPackage,
): Promise<Binaries> {
  const major = found.version.split('.')[0] ?? '';
  const programs = (native: string): Binaries => ({
    initdb: join(native, 'bin/initdb'),
    postgres: join(native, 'bin/postgres'),
    major,
  });
  await makeLinks(found.native, found);
  if (await isUsable(found.native, found, account)) return programs(found.native);

  const copy = join(await outsideFolder(found.native), `binaries-${found.version}`);
  if (!(await isUsable(copy, found, account))) {
    log(`copying PostgreSQL's binaries to ${copy}, where the server's user can run them`);
    await copyBinaries(found, copy);
  }
  if (await isUsable(copy, found, account)) return programs(copy);
  throw new EmbeddedPostgresError(
    `PostgreSQL's binaries do not run on this system (${await whyNot(copy, account)}). ` +
      'Set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Does what the package's install script does; a folder that cannot be written stays as it is. */
async function makeLinks(native: string, { links }: PlatformPackage): Promise<void> {
  for (const { path, file } of links) {
    await symlink(basename(file), join(native, path)).catch(() => undefined);
  }
}

/** Asks the system, as the server's account, so that modes, owners and access lists all count. */
async function isUsable(
  native: string,
  { links }: PlatformPackage,
  account: Account | undefined,
): Promise<boolean> {
  const files = ['share/postgresql/postgres.bki', ...links.map(({ path }) => path)];
  const script =
    'cd "$1" && bin/postgres -V && bin/initdb -V && shift && ' +
    'for file; do test -r "$file" || exit 1; done';
  const probe = await run('sh', ['-c', script, 'sh', native, ...files], {
    account,
    timeoutMs: probeTimeoutMs,
  });
  return probe.code === 0;
}

async function copyBinaries(from: PlatformPackage, to: string): Promise<void> {
  const draft = `${to}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(to), { recursive: true });
  // The links are made anew: some may be missing.
  await cp(from.native, draft, { recursive: true, filter: (path) => !isLink(path, from) });
  await makeLinks(draft, from);
  await openForReading(draft);
  await rm(to, { recursive: true, force: true });
  // Another process may have put its copy there in the meantime: it is as good.
  await rename(draft, to).catch(() => rm(draft, { recursive: true, force: true }));
}

function isLink(path: string, { native, links }: PlatformPackage): boolean {
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
  const attempt = await run(join(native, 'bin/postgres'), ['-V'], {
    account,
    timeoutMs: probeTimeoutMs,
  })
    .then(({ output, code }) => output.trim() || `exit code ${String(code)}`)
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  return attempt.split('\n')[0] ?? '';
}
