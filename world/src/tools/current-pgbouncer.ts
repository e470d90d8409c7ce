import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@populatte/process-kit';
import { Skip } from '../environment.js';
import { machineEnvironment } from './machine-environment.js';
import type { PackageCache } from './package-cache.js';
import { findProgram } from './programs.js';

/** The Debian release whose PgBouncer follows prepared statements (1.21 or newer). */
const suite = 'trixie';
/** PgBouncer's libraries, including the C library: the system's own may be older. */
const packages = [
  ...['pgbouncer', 'libc6', 'libevent-2.1-7t64', 'libssl3t64', 'libcares2', 'libsystemd0'],
  ...['libcap2', 'libpam0g', 'libldap2', 'libaudit1', 'libcap-ng0', 'libzstd1'],
];

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

export type Command = readonly [program: string, ...args: string[]];

/**
 * PgBouncer of a newer Debian release than this system's, unpacked beside it and run with its own C
 * library. It uses the archive for which the system's apt is configured.
 *
 * @returns the command that runs it
 * @throws Skip if that is impossible
 */
export async function currentPgBouncer(
  cache: PackageCache,
  progress: (text: string) => void,
): Promise<Command> {
  const home = cache.path(`pgbouncer-${suite}`);
  const libraries = join(home, 'usr/lib/x86_64-linux-gnu');
  if (!existsSync(home)) {
    if (cache.offline) throw new Skip('a current PgBouncer is not cached');
    progress(`downloading PgBouncer of Debian ${suite}`);
    await download(home);
  }
  const loader = join(libraries, 'ld-linux-x86-64.so.2');
  return [loader, '--library-path', libraries, join(home, 'usr/sbin/pgbouncer')];
}

async function download(home: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Skip('a current PgBouncer is only fetched on Linux x64');
  }
  if (findProgram('apt-get') === undefined || findProgram('dpkg-deb') === undefined) {
    throw new Skip('a current PgBouncer needs apt-get and dpkg-deb');
  }
  const draft = `${home}.${process.pid}`;
  for (const folder of ['sources', 'lists/partial', 'cache/archives/partial', 'debs', 'root']) {
    await mkdir(join(draft, folder), { recursive: true });
  }
  try {
    await writeFile(join(draft, 'sources/current.sources'), await source());
    const settings = {
      'Dir::Etc::SourceList': '/dev/null',
      'Dir::Etc::SourceParts': join(draft, 'sources'),
      'Dir::State::Lists': join(draft, 'lists'),
      'Dir::Cache': join(draft, 'cache'),
      'APT::Sandbox::User': 'root',
      'Acquire::Languages': 'none',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const debs = join(draft, 'debs');
    await must('apt-get', [...options, 'update'], draft);
    await must('apt-get', [...options, 'download', ...packages], debs);
    for (const name of await readdir(debs)) {
      await must('dpkg-deb', ['-x', join(debs, name), join(draft, 'root')], debs);
    }
    await rename(join(draft, 'root'), home);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function source(): Promise<string> {
  const { output } = await runProgram('apt-get', ['indextargets', '--format', '$(REPO_URI)'], {
    env: machineEnvironment,
    timeoutMs: 30_000,
  });
  const uri = output.split('\n').find((line) => line.endsWith('/debian/'));
  if (uri === undefined) throw new Skip('apt is not configured for a Debian archive');
  const signedBy = existsSync(keyring) ? `Signed-By: ${keyring}\n` : '';
  return `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n${signedBy}`;
}

async function must(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await runProgram(program, args, {
    cwd,
    env: machineEnvironment,
    timeoutMs: 180_000,
  });
  if (code === 0) return;
  const last = output.trim().split('\n').at(-1) ?? '';
  throw new Skip(`a current PgBouncer cannot be fetched: ${last}`);
}
