import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { barChart } from '../report/bar-chart.js';
import { whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import type { Scenario } from './scenario.js';

const source = `
  import { createApiClient } from '@populatte/api-client';
  export const api = createApiClient({ baseUrl: '/', getToken: async () => null });`;

const show = (bytes: number): string => `${whole(bytes)} bytes`;

/** Measures how many bytes the API client adds to a page. */
export const web: Scenario = {
  id: 'web',
  run: async () => {
    const lines = [
      { label: 'the API client', ...(await sizes(['zod', '@populatte/contracts'])) },
      { label: 'the API client and the contracts', ...(await sizes(['zod'])) },
    ];
    return {
      id: web.id,
      title: 'The API client in the browser',
      notes: [
        'A bundle for the browser that makes a client, minified (esbuild), gzipped at level 9; without Zod, which the page has anyway.',
      ],
      goals: lines.map(({ label, gzipped }) =>
        toGoal(`${label}, gzipped, besides Zod`, gzipped, { atMost: 2048 }, show),
      ),
      tables: [
        {
          columns: ['bundle', 'bytes minified', 'bytes gzipped'],
          rows: lines.map(({ label, minified, gzipped }) => [
            label,
            whole(minified),
            whole(gzipped),
          ]),
        },
      ],
      charts: [
        barChart(
          'web.svg',
          'What the API client adds to a page, besides Zod',
          'bytes gzipped; the goal is under 2,048',
          lines.map(({ label, gzipped }) => ({ label, value: gzipped })),
          whole,
        ),
      ],
    } satisfies Section;
  },
};

async function sizes(
  external: string[],
): Promise<{ readonly minified: number; readonly gzipped: number }> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external,
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error('There is no bundle.');
  const { contents } = bundle;
  return { minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length };
}
