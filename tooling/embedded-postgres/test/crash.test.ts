import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { commandLine, isRunning } from '@populatte/process-kit';
import { aPostgresOfAnotherProcess } from './support/other-process.js';
import { findPackage } from '../src/binaries.js';
import { query } from '../src/index.js';
import { aPostgres } from './support/postgres.js';
import { folderOfThisFile, temporaryFolder } from './support/temporary-folder.js';

// All tests share a cluster, because creating it takes most of the time.
const folder = await folderOfThisFile();

test('a killed server is reported, and recovers on the same port', async () => {
  const onUnexpectedEnd = vi.fn();
  const server = await aPostgres(folder, { onUnexpectedEnd });
  await query(server.url, 'CREATE TABLE killed AS SELECT 42 AS answer');
  const { pid, url } = server;
  server.kill('SIGKILL');
  await vi.waitFor(() => {
    expect(onUnexpectedEnd).toHaveBeenCalledOnce();
  }, 60_000);
  await server.restart();
  expect(server.pid).not.toBe(pid);
  expect(server.url).toBe(url);
  expect(await query(url, 'SELECT answer FROM killed')).toEqual([{ answer: 42 }]);
});

test('stop leaves no process, is not reported as an unexpected exit, and may be repeated', async () => {
  const onUnexpectedEnd = vi.fn();
  const server = await aPostgres(folder, { onUnexpectedEnd });
  const client = query(server.url, 'SELECT pg_sleep(60)').catch((error: unknown) => error);
  const { pid } = server;
  await server.stop();
  await server.stop();
  expect(await isRunning(pid)).toBe(false);
  expect(await client).toBeInstanceOf(Error);
  expect(onUnexpectedEnd).not.toHaveBeenCalled();
});

test('a server that outlived its parent is replaced, with its data', async () => {
  const orphan = await aPostgresOfAnotherProcess(folder, { outlives: true });
  await query(orphan.url, 'CREATE TABLE orphaned AS SELECT 42 AS answer');
  await orphan.killParent();
  expect(await isRunning(orphan.pid)).toBe(true);

  const log = vi.fn();
  const server = await aPostgres(folder, { log, port: Number(new URL(orphan.url).port) });
  expect(await isRunning(orphan.pid)).toBe(false);
  expect(log).toHaveBeenCalledWith(expect.stringContaining(`(pid ${orphan.pid})`));
  expect(await query(server.url, 'SELECT answer FROM orphaned')).toEqual([{ answer: 42 }]);
});

test('recognises a server whose program is in a folder with a space in its name', async () => {
  const packageFolder = join(await temporaryFolder(), 'with space');
  await symlink((await findPackage()).native.replace(/native$/, ''), packageFolder);
  await chmod(dirname(packageFolder), 0o755);
  const orphan = await aPostgresOfAnotherProcess(folder, { outlives: true, packageFolder });
  expect(await commandLine(orphan.pid)).toContain('with space/native/bin/postgres');
  await orphan.killParent();
  await aPostgres(folder);
  expect(await isRunning(orphan.pid)).toBe(false);
});

test('a server shuts down cleanly when its parent is killed', async () => {
  const orphan = await aPostgresOfAnotherProcess(folder);
  await query(orphan.url, 'CREATE TABLE left_behind AS SELECT 42 AS answer');
  await orphan.killParent();
  await vi.waitFor(async () => {
    expect(await isRunning(orphan.pid)).toBe(false);
  }, 60_000);
  expect(await readdir(join(folder, 'cluster'))).not.toContain('postmaster.pid');
});

test('a server whose parent is running is not touched', async () => {
  const other = await aPostgresOfAnotherProcess(folder);
  await expect(aPostgres(folder)).rejects.toThrow(
    `is already running: process ${String(other.parent.pid)} started it`,
  );
  expect(await query(other.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a second server of the same process is refused', async () => {
  const server = await aPostgres(folder);
  await expect(aPostgres(folder)).rejects.toThrow(`process ${process.pid} started it`);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('starts despite a postmaster.pid that is empty, not a number or names another program', async () => {
  const first = await aPostgres(folder);
  await first.stop();
  for (const content of ['', 'x\n', `${process.pid}\n/elsewhere\n`]) {
    await writeFile(join(folder, 'cluster/postmaster.pid'), content);
    const next = await aPostgres(folder);
    expect(await query(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.stop();
  }
});

test('does not touch a server of other data that has the process id in postmaster.pid', async () => {
  const other = await aPostgres(await temporaryFolder());
  const first = await aPostgres(folder);
  await first.stop();
  await writeFile(join(folder, 'cluster/postmaster.pid'), `${other.pid}\n`);
  const second = await aPostgres(folder);
  expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await query(other.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('an interrupted first start is repeated', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'cluster.draft'));
  await writeFile(join(folder, 'cluster.draft/half'), '');
  await writeFile(join(folder, 'password'), 'of the interrupted start');
  const server = await aPostgres(folder);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await readdir(folder)).not.toContain('cluster.draft');
});
