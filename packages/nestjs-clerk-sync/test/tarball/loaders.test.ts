import { type EmbeddedPostgres, startTemporaryPostgres } from '@populatte/embedded-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as entry from '../../src/index.js';
import { createTable, OutsideApplication, packTarball } from './outside-application.js';

let tarball: Awaited<ReturnType<typeof packTarball>>;
let postgres: EmbeddedPostgres;
let application: OutsideApplication;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  [tarball, postgres] = await Promise.all([packTarball(), startTemporaryPostgres()]);
  application = await OutsideApplication.install(
    {
      ...{ name: 'Nest 11', nest: '^11.0.0', platform: 'express', entry: 'express.cjs' },
      packages: { esbuild: '^0.28.0', jest: '^30.0.0' },
    },
    tarball.file,
  );
  environment = {
    DATABASE_URL: await postgres.createDatabase('loaders'),
    EXPORTS: Object.keys(entry).sort().join(),
  };
  await postgres.query('loaders', createTable);
  const { output: sql } = await application.run(['--sql'], environment);
  await postgres.query('loaders', sql);
});
afterAll(async () => {
  await Promise.all([application.remove(), postgres.remove(), tarball.remove()]);
});

test.each([
  ['Node', ['run-check.cjs']],
  ['Node without require of ES modules', ['--no-experimental-require-module', 'run-check.cjs']],
  ['Node without eval', ['--disallow-code-generation-from-strings', 'run-check.cjs']],
  ['Node with decorators of a second copy of the package', ['second-copy.cjs']],
])('the application works in %s', async (_name, args) => {
  const { code, output } = await application.runNode(args, environment);
  expect(code, output).toBe(0);
  expect(output).toContain('checked');
});

test('the application works in Jest, which refuses ES modules before Node 24.9', async () => {
  const { code, output } = await application.runNode(
    ['node_modules/jest/bin/jest.js', '--testEnvironment', 'node'],
    environment,
  );
  expect(code, output).toBe(0);
  expect(output).toContain('2 passed');
});

test('the application works when bundled into one file', async () => {
  const optional = ['@nestjs/microservices', '@nestjs/websockets', 'class-*', 'pg-native'];
  const bundled = await application.runNode(
    [
      'node_modules/esbuild/bin/esbuild',
      ...['run-check.cjs', '--bundle', '--minify', '--keep-names', '--platform=node'],
      ...['--outfile=bundle/check.cjs', ...optional.map((name) => `--external:${name}`)],
    ],
    environment,
  );
  expect(bundled.code, bundled.output).toBe(0);
  const { code, output } = await application.runNode(['bundle/check.cjs'], environment);
  expect(code, output).toBe(0);
  expect(output).toContain('checked');
});

test('the application works where Node cannot resolve ES modules, as in Yarn PnP archives', async () => {
  const { code, output } = await application.runNode(
    ['--eval', `require('./hide-es-modules.cjs'); require('./run-check.cjs');`],
    environment,
  );
  expect(code, output).toBe(0);
  expect(output).toContain('checked');
});
