import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that is removed after the test. */
export function aTemporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'clerk-local-'));
  folders.push(folder);
  return folder;
}
