import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bench, tests } from '@/features/home/figures.json';

it('the home page has the figures of the last bench run', () => {
  const results = ['steady', 'coherence'].map((name) =>
    readFileSync(join(import.meta.dirname, `../../../../bench/results/${name}.json`), 'utf8'),
  );
  for (const figure of Object.values(bench)) expect(results.join('\n')).toContain(figure);
});

it('the home page and the documentation have the same figures of the tests', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../../docs/testing.md'), 'utf8');
  const [, block] = /<!-- figures: tests -->(.*?)<!-- \/figures -->/s.exec(document) ?? [];
  for (const figure of Object.values(tests)) expect(block).toContain(figure);
});
