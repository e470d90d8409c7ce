import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { barChart } from '../report/bar-chart.js';
import { whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { download, type PublishedPackage } from './published-package.js';
import type { Scenario } from './scenario.js';

const client = `
  import { createApiClient } from '@populatte/api-client';
  export const api = createApiClient({ baseUrl: '/', getToken: async () => null });`;

/** The current version of a popular small fetch wrapper. It needs Node.js 22 outside browsers. */
const ky: PublishedPackage = {
  name: 'ky',
  version: '2.1.0',
  integrity:
    'sha512-nIKwelw+7qVqKOlX4Eht6GXfEXlDHcdIjyLWV3s119kYt5s+70ayTnYS+0fRNmtgGRRAfqdeWQbh8YizqkS0ng==',
};

/** The last version of ky that runs on Node.js 20. */
const formerKy: PublishedPackage = {
  name: 'ky',
  version: '1.14.3',
  integrity:
    'sha512-9zy9lkjac+TR1c2tG+mkNSVlyOpInnWdSMiue4F+kq8TwJSgv6o8jhLRg8Ho6SnZ9wOYUq/yozts9qQCfk7bIw==',
};

const show = (bytes: number): string => `${whole(bytes)} bytes`;

/** Measures how many bytes the API client adds to a page. */
export const web: Scenario = {
  id: 'web',
  run: async ({ world }) => {
    const alone = await sizes(client, ['zod', '@populatte/contracts']);
    const complete = await sizes(client, ['zod']);
    const current = await sizesOf(ky, world.folder);
    const former = await sizesOf(formerKy, world.folder);
    const lines = [
      { label: 'the API client', ...alone },
      { label: 'the API client and the contracts', ...complete },
      { label: `ky ${ky.version}, the current version`, ...current },
      { label: `ky ${formerKy.version}, the last version 1`, ...former },
    ];
    return {
      id: web.id,
      title: 'The API client in the browser',
      notes: [
        'Size of a browser bundle that creates a client: minified by esbuild, gzipped at level 9, and without Zod, which the web app already loads. [ky](https://github.com/sindresorhus/ky) is a fetch wrapper without endpoints, tokens or schemas. The goal compares with its current version.',
      ],
      goals: [
        toGoal(
          `the API client and the contracts, gzipped, besides Zod; at most ky ${ky.version}`,
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

interface Sizes {
  readonly minified: number;
  readonly gzipped: number;
}

async function sizesOf(published: PublishedPackage, folder: string): Promise<Sizes> {
  const unpacked = await download(published, folder);
  return sizes(`import ky from '${unpacked}'; export const api = ky.create();`, []);
}

async function sizes(contents: string, external: string[]): Promise<Sizes> {
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
