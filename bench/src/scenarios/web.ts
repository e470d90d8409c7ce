import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { z } from 'zod';
import { barChart } from '../report/bar-chart.js';
import { whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import type { Scenario } from './scenario.js';

const client = `
  import { createApiClient } from '@populatte/api-client';
  export const api = createApiClient({ baseUrl: '/', getToken: async () => null });`;

/** The usual small fetch wrapper, which knows no endpoints, tokens or schemas. */
const ky = (name: string): string => `
  import ky from '${name}';
  export const api = ky.create();`;

const manifest = z.object({ version: z.string() });

/** The package does not export its manifest. */
async function versionOf(name: string): Promise<string> {
  const main = import.meta.resolve(name);
  const path = new URL('package.json', main.slice(0, main.indexOf(`/${name}/`) + name.length + 2));
  return manifest.parse(JSON.parse(await readFile(path, 'utf8'))).version;
}

const show = (bytes: number): string => `${whole(bytes)} bytes`;

/** Measures how many bytes the API client adds to a page. */
export const web: Scenario = {
  id: 'web',
  run: async () => {
    const alone = await sizes(client, ['zod', '@populatte/contracts']);
    const complete = await sizes(client, ['zod']);
    const current = { name: `ky ${await versionOf('ky')}`, ...(await sizes(ky('ky'), [])) };
    const former = { name: `ky ${await versionOf('ky-1')}`, ...(await sizes(ky('ky-1'), [])) };
    const lines = [
      { label: 'the API client', ...alone },
      { label: 'the API client and the contracts', ...complete },
      { label: `${current.name}, the current version`, ...current },
      { label: `${former.name}, the last of its first version`, ...former },
    ];
    return {
      id: web.id,
      title: 'The API client in the browser',
      notes: [
        'A bundle for the browser that creates a client, minified (esbuild), gzipped at level 9; without Zod, which the page has anyway. [ky](https://github.com/sindresorhus/ky) is a fetch wrapper without endpoints, tokens or schemas. The goal is its current version, which needs Node 22 outside browsers.',
      ],
      goals: [
        toGoal(
          `the API client and the contracts, gzipped, besides Zod; at most ${current.name}`,
          complete.gzipped,
          { atMost: current.gzipped },
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
