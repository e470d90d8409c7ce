import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** Creates an empty folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await createFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates a folder that all tests of a file share. */
export async function folderOfThisFile(): Promise<string> {
  const folder = await createFolder();
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function createFolder(): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), 'embedded-postgres-'));
}
