import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../test-results/', import.meta.url));

/**
 * Stores a run's counts in test-results/, from where `npm run figures` writes them into the
 * documents.
 *
 * @param name the file's name, without its ending
 */
export function writeResult(name: string, result: Readonly<Record<string, number>>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result)}\n`);
}
