import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { writeResult } from './write-result.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A file to which every property appends how many histories it tried. */
    triedHistories: string;
  }
}

/** Counts the histories of all test files and prints the total in one line. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'populatte-histories-'));
  const file = join(folder, 'tried');
  project.provide('triedHistories', file);
  return async () => {
    // No test has tried a history.
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    const tried = lines.map((line) => Number(line.split('\t')[0]));
    const total = tried.reduce((sum, count) => sum + count, 0);
    const parts = lines.map((line) => line.replace('\t', ' ')).sort();
    process.stdout.write(`Histories tried: ${total} (${parts.join('; ')})\n`);
    writeResult('histories', { total });
    await rm(folder, { recursive: true, force: true });
  };
}
