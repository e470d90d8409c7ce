import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { variables } from '../../../src/infrastructure/config/env.schema.js';

const repository = new URL('../../../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, repository), 'utf8');

/** The variables of `.env.example` with their values; a commented value is the default. */
const listed = new Map(
  [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
);

/** The forms in which the web app and the local stack read a variable. */
const reads = [
  /process\.env\.([A-Z][A-Z0-9_]+)/g,
  /\bgiven\.([A-Z][A-Z0-9_]+)/g,
  /\w\['([A-Z][A-Z0-9_]+)'\]/g,
  /\bport\(\w+, '([A-Z][A-Z0-9_]+)'/g,
  /'((?:CLERK|NEXT_PUBLIC)_[A-Z_]+)'/g,
];
const readIn = (paths: readonly string[]): Set<string> =>
  new Set(
    paths
      .map(read)
      .flatMap((text) => reads.flatMap((form) => [...text.matchAll(form)].map(([, name]) => name)))
      .filter((name) => name !== undefined),
  );
const stackFolder = 'tooling/local-stack/src';
const stackFiles = readdirSync(new URL(stackFolder, repository), {
  recursive: true,
  encoding: 'utf8',
});
const readers = {
  API: new Set<string>(Object.keys(variables.shape)),
  'web app': readIn(['apps/web/env.ts', 'apps/web/bin/build.js']),
  'local stack': readIn(
    stackFiles.filter((file) => file.endsWith('.ts')).map((file) => `${stackFolder}/${file}`),
  ),
};

describe('.env.example', () => {
  test.each(Object.entries(readers))('lists every variable that the %s reads', (_reader, names) => {
    expect([...names].filter((name) => !listed.has(name))).toEqual([]);
  });

  test('lists no unused variable', () => {
    const read = new Set(Object.values(readers).flatMap((names) => [...names]));
    expect([...listed.keys()].filter((name) => !read.has(name))).toEqual([]);
  });

  test('is compared with variables that were found', () => {
    expect([...readers['web app']]).toEqual(
      expect.arrayContaining(['API_URL', 'WEB_URL', 'WEB_DIST_DIR', 'NEXT_PUBLIC_API_URL']),
    );
    expect([...readers['local stack']]).toEqual(
      expect.arrayContaining(['WEB_PORT', 'CLERK_LOCAL_PORT', 'LOCAL_POSTGRES_PORT', 'PORT']),
    );
  });

  test.each(Object.entries(variables.shape))('shows the default of %s', (name, field) => {
    const value = listed.get(name) ?? '';
    const preset = field.safeParse(undefined);
    // Without a default the value is an example, as for DATABASE_URL.
    if (!preset.success) return;
    if (preset.data === undefined) {
      expect(value).toBe('');
    } else {
      expect(field.parse(value)).toEqual(preset.data);
    }
  });
});
