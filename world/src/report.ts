import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type { Outcome } from './environment.js';

/** Prints the table for a terminal. */
export function printOutcomes(outcomes: readonly Outcome[]): void {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  process.stdout.write('\n');
  for (const { name, result, detail, seconds } of outcomes) {
    const time = `${seconds.toFixed(1)} s`.padStart(8);
    process.stdout.write(
      `${name.padEnd(width)}  ${result.padEnd(7)} ${time}  ${firstLine(detail)}\n`,
    );
  }
  const { passed, failed, skipped } = count(outcomes);
  process.stdout.write(
    `\n${passed} environments passed, ${failed} failed, ${skipped} skipped (skipped is not passed)\n`,
  );
}

/** Writes the counts that `npm test` adds up. */
export async function writeCounts(file: string, outcomes: readonly Outcome[]): Promise<void> {
  const { passed, failed, skipped } = count(outcomes);
  await mkdir(dirname(file), { recursive: true });
  const counts = {
    ...{ numPassedTests: passed, numFailedTests: failed },
    ...{ numPendingTests: skipped, numTodoTests: 0 },
  };
  await writeFile(file, `${JSON.stringify({ ...counts, outcomes }, undefined, 2)}\n`);
}

const begin = '<!-- world:begin -->';
const end = '<!-- world:end -->';

/** Replaces the text between the markers in docs/testing.md with the run's table. */
export async function writeTable(root: string, outcomes: readonly Outcome[]): Promise<void> {
  const file = join(root, 'docs/testing.md');
  const text = await readFile(file, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} lacks the markers ${begin} and ${end}`);
  const before = text.slice(0, from + begin.length);
  await writeFile(file, `${before}\n\n${markdown(outcomes)}\n\n${text.slice(to)}`);
  process.stdout.write(`The table is in ${file}\n`);
}

function markdown(outcomes: readonly Outcome[]): string {
  const { passed, failed, skipped } = count(outcomes);
  const date = new Date().toISOString().slice(0, 10);
  const cores = cpus().length;
  const rows = outcomes.map(({ name, result, detail }) => [name, result, cell(detail)]);
  const header = ['environment', 'result', 'notes'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    `${passed} passed, ${failed} failed, ${skipped} skipped, on ${date}, Node ${process.version}, ` +
      `${process.platform} ${process.arch}, ${cores} cores.`,
    '',
    line(header),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}

function cell(detail: string): string {
  return firstLine(detail).replaceAll('|', '\\|').slice(0, 160);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function count(outcomes: readonly Outcome[]): Record<Outcome['result'], number> {
  const of = (result: Outcome['result']): number =>
    outcomes.filter((outcome) => outcome.result === result).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}
