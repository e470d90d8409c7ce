import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { faultTable } from './fault-table.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The file to which the fault tests of all processes append their measurements. */
    faultsFile: string;
  }
}

const report = fileURLToPath(new URL('../../test-results/faults.txt', import.meta.url));

/**
 * Prints the table of faults after the last test, and saves it in test-results/faults.txt.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'populatte-faults-'));
  const file = join(folder, 'faults.jsonl');
  project.provide('faultsFile', file);
  return async () => {
    if (existsSync(file)) {
      const table = faultTable(readFileSync(file, 'utf8'));
      mkdirSync(dirname(report), { recursive: true });
      writeFileSync(report, table);
      process.stdout.write(`\n${table}\n`);
    }
    await rm(folder, { recursive: true, force: true });
  };
}
