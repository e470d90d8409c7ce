import { faultLine, type FaultLine } from './fault-line.js';

const heading = ['fault', 'the client sees', 'slowest answer', 'recovered after'] as const;

/**
 * @param lines of JSON, one per fault, in any order
 * @returns a plain text table, sorted by the faults' names
 */
export function faultTable(lines: string): string {
  const faults = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => faultLine.parse(JSON.parse(line)))
    .sort((one, other) => one.fault.localeCompare(other.fault, 'en'));
  const rows: readonly (readonly string[])[] = [heading, ...faults.map(cells)];
  const widths = heading.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd();
  const [head = '', ...body] = rows.map(line);
  return [head, widths.map((width) => '-'.repeat(width)).join('-|-'), ...body, ''].join('\n');
}

function cells({ fault, seen, slowestMs, recoveredMs }: FaultLine): string[] {
  return [fault, seen, seconds(slowestMs), seconds(recoveredMs)];
}

function seconds(milliseconds: number | null): string {
  if (milliseconds === null) return '–';
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
