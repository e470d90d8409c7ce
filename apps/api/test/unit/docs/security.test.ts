import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const document = new URL('../../../../../docs/security.md', import.meta.url);
const text = readFileSync(document, 'utf8');

/** The rows of all tables without their headings. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .filter((line) => !/^\|[\s|-]+$/.test(line) && !/^\| (?:who|requirement) /.test(line));

const targets = (markdown: string): string[] =>
  [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

const files = targets(text).filter((target) => !target.startsWith('https://'));

describe('docs/security.md', () => {
  test('links only to files that exist', () => {
    const missing = files.filter((target) => !existsSync(fileURLToPath(new URL(target, document))));
    expect(missing).toEqual([]);
    expect(files.length).toBeGreaterThan(50);
  });

  test('links to a test for every threat and every requirement', () => {
    expect(rows.length).toBeGreaterThan(50);
    const untested = rows.filter(
      (row) => !targets(row).some((target) => /\.(?:test|spec)\.ts$/.test(target)),
    );
    expect(untested).toEqual([]);
  });

  test('lists every requirement once, in the order of the standard', () => {
    const numbers = rows.flatMap((row) => /^\| (\d+)\.(\d+)\.(\d+) /.exec(row)?.slice(1) ?? []);
    const sortable = Array.from({ length: numbers.length / 3 }, (_, index) =>
      numbers
        .slice(index * 3, index * 3 + 3)
        .map((part) => part.padStart(3, '0'))
        .join('.'),
    );
    expect(sortable.length).toBeGreaterThan(30);
    expect(sortable).toEqual([...new Set(sortable)].sort());
  });
});
