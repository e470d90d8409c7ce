import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import figures from '@/features/home/bench-figures.json';

it('the home page’s figures are those of the last bench run', () => {
  const results = ['steady', 'coherence'].map((name) =>
    readFileSync(join(import.meta.dirname, `../../../../bench/results/${name}.json`), 'utf8'),
  );
  for (const figure of Object.values(figures)) expect(results.join('\n')).toContain(figure);
});
