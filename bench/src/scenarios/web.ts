import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { barChart } from '../report/bar-chart.js';
import { whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import type { Scenario } from './scenario.js';

const client = `
  import { createApiClient } from '@populatte/api-client';
  export const api = createApiClient({ baseUrl: '/', getToken: async () => null });`;

/** The usual small fetch wrapper, which knows no endpoints, tokens or schemas. */
const ky = `
  import ky from 'ky';
  export const api = ky.create();`;

const show = (bytes: number): string => `${whole(bytes)} bytes`;

/** Measures how many bytes the API client adds to a page. */
export const web: Scenario = {
  id: 'web',
  run: async () => {
    const alone = await sizes(client, ['zod', '@populatte/contracts']);
    const complete = await sizes(client, ['zod']);
    const other = await sizes(ky, []);
    const lines = [
      { label: 'the API client', ...alone },
      { label: 'the API client and the contracts', ...complete },
      { label: 'ky 1', ...other },
    ];
    return {
      id: web.id,
      title: 'The API client in the browser',
      notes: [
        'A bundle for the browser that creates a client, minified (esbuild), gzipped at level 9; without Zod, which the page has anyway. [ky](https://github.com/sindresorhus/ky) is a fetch wrapper without endpoints, tokens or schemas; its version 2 is larger, and needs Node 22.',
      ],
      goals: [
        toGoal(
          'the API client and the contracts, gzipped, besides Zod; at most ky 1',
          complete.gzipped,
          { atMost: other.gzipped },
          show,
        ),
      ],
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
          'bytes gzipped; less is better',
          lines.map(({ label, gzipped }) => ({ label, value: gzipped })),
          whole,
        ),
      ],
    } satisfies Section;
  },
};

async function sizes(
  contents: string,
  external: string[],
): Promise<{ readonly minified: number; readonly gzipped: number }> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
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
  const bytes = bundle.contents;
  return { minified: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
}
