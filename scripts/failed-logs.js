import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { workspaceFolders } from './workspaces.js';

/** Lines of each log: enough for Vitest's summary with an error before it. */
const lines = 50;

/** Characters of a line: Vitest prints an error with everything that it refers to. */
const width = 200;

/**
 * The ends of the logs of Turborepo's failed tasks.
 *
 * @param {string} root the repository's folder
 * @param {number} since skips older logs, in milliseconds since the Unix epoch
 * @returns {string[]} the path and the end of each log
 */
export function failedLogs(root, since) {
  return workspaceFolders(root).flatMap((folder) => {
    const logs = join(folder, '.turbo');
    if (!existsSync(logs)) return [];
    return readdirSync(logs)
      .map((name) => join(logs, name))
      .filter((log) => statSync(log).mtimeMs >= since)
      .map((log) => ({ log, text: readFileSync(log, 'utf8').trimEnd() }))
      .filter(({ text }) => /^npm error/m.test(text))
      .map(({ log, text }) => `\nThe end of ${relative(root, log)}:\n${end(text)}\n`);
  });
}

/** @param {string} text */
function end(text) {
  return text
    .split('\n')
    .slice(-lines)
    .map((line) => line.slice(0, width))
    .join('\n');
}
