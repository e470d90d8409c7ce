import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findPackage, provideBinaries } from '../src/binaries.js';
import { outsideFolder } from '../src/folders.js';
import { serverAccount } from '../src/server-account.js';
import { runProgram } from '@populatte/process-kit';
import { aPostgresOfAnotherProcess } from './support/other-process.js';
import { query } from '../src/index.js';
import { aPostgres } from './support/postgres.js';
import { temporaryFolder } from './support/temporary-folder.js';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
/** A user that exists on every Unix and is not the fallback account. */
const daemon = 1;
const nameless = 1_234_567;
const built = fileURLToPath(new URL('../dist/index.js', import.meta.url));
const nobodyCanReadUs =
  isRoot && spawnSync('test', ['-r', built], { ...nobody, cwd: '/' }).status === 0;

test('starts in a path of more than 100 characters', async () => {
  const folder = await temporaryFolder();
  // Otherwise, the data would be stored elsewhere, under a shorter path.
  await chmod(folder, 0o755);
  const server = await aPostgres(join(folder, 'long'.repeat(40)));
  expect(server.dataDir.length).toBeGreaterThan(100);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

describe.runIf(isRoot)('started by root', () => {
  test('the server runs as another user, who owns the data', async () => {
    const server = await aPostgres(await temporaryFolder());
    const { uid } = await stat(join(server.dataDir, 'cluster'));
    expect(uid).not.toBe(0);
    expect(await uidOf(server.pid)).toBe(uid);
  });

  test('the server runs as the owner of the data folder if that is not root', async () => {
    const folder = await temporaryFolder();
    await chown(folder, daemon, daemon);
    const server = await aPostgres(folder);
    expect(await uidOf(server.pid)).toBe(daemon);
  });

  test('the server does not run as an owner without a user name', async () => {
    const folder = await temporaryFolder();
    await chown(folder, nameless, nameless);
    expect(await serverAccount(folder)).toEqual(await serverAccount('/nonexistent'));
  });

  test('data for a folder that the server cannot access is stored elsewhere and found again', async () => {
    const closed = await temporaryFolder();
    const folder = join(closed, 'postgres');
    const lines: string[] = [];
    const first = await aPostgres(folder, { log: (line) => lines.push(line) });
    onTestFinished(() => rm(dirname(first.dataDir), { recursive: true }));
    expect(first.dataDir).toMatch(/^\/var\/tmp\/populatte-[0-9a-f]{16}\/postgres$/);
    expect(lines.filter((line) => line.includes(first.dataDir))).toHaveLength(1);
    await query(first.url, 'CREATE TABLE note AS SELECT 42 AS answer');
    await first.stop();
    const second = await aPostgres(folder);
    expect(await query(second.url, 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  test('a strict umask does not close that folder to the server', async () => {
    const closed = await temporaryFolder();
    const umask = process.umask(0o077);
    onTestFinished(() => void process.umask(umask));
    const server = await aPostgres(join(closed, 'postgres'));
    onTestFinished(() => rm(dirname(server.dataDir), { recursive: true }));
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('binaries that the server’s user cannot access are copied to a folder that it can', async () => {
    const account = await serverAccount('/nonexistent');
    const installed = await findPackage();
    const closed = join(await temporaryFolder(), 'node_modules');
    await mkdir(closed, { mode: 0o700 });
    const native = join(closed, 'native');
    await cp(installed.native, native, { recursive: true, verbatimSymlinks: true });
    const lines: string[] = [];
    const binaries = await provideBinaries(account, (line) => lines.push(line), {
      ...installed,
      native,
    });
    onTestFinished(() => rm(dirname(dirname(dirname(binaries.postgres))), { recursive: true }));
    expect(binaries.postgres.startsWith(closed)).toBe(false);
    expect(lines).toHaveLength(1);
    const { output } = await runProgram(binaries.postgres, ['-V'], { account, timeoutMs: 60_000 });
    expect(output).toContain(`(PostgreSQL) ${binaries.major}.`);
  });
});

describe.runIf(nobodyCanReadUs)('started by an ordinary user', () => {
  test('the server runs as that user', async () => {
    const folder = await temporaryFolder();
    await chown(folder, nobody.uid, nobody.gid);
    await chmod(folder, 0o700);
    const server = await aPostgresOfAnotherProcess(folder, nobody);
    expect(server.dataDir).toBe(folder);
    expect(await uidOf(server.pid)).toBe(nobody.uid);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

test('starts from a path with characters that a shell interprets', async () => {
  const installed = await findPackage();
  const folder = join(await temporaryFolder(), 'costs $HOME `id` "50" \\');
  const native = join(folder, 'native');
  await cp(installed.native, native, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ version: installed.version }));
  await chmod(dirname(folder), 0o755);
  onTestFinished(async () => rm(await outsideFolder(native), { recursive: true }));
  const server = await aPostgres(join(folder, 'data'), { packageFolder: folder });
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('creates links that the install script did not create', async () => {
  const installed = await findPackage();
  expect(installed.links.length).toBeGreaterThan(0);
  const native = join(await temporaryFolder(), 'native');
  await chmod(dirname(native), 0o755);
  await cp(installed.native, native, { recursive: true, verbatimSymlinks: true });
  await Promise.all(installed.links.map(({ path }) => rm(join(native, path))));
  const binaries = await provideBinaries(undefined, () => undefined, { ...installed, native });
  expect(binaries.postgres).toBe(join(native, 'bin/postgres'));
});

async function uidOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}
