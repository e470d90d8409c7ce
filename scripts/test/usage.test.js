import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The commands that parse options before anything is built. */
const scripts = [
  'tooling/local-stack/bin/start.js',
  'bench/bin/bench.js',
  'world/bin/world.js',
  'apps/docs/bin/docs.js',
  'apps/api/bin/generate-migration.js',
  'apps/web/bin/lighthouse.js',
  'scripts/test.js',
  'scripts/figures.js',
  'scripts/generate.js',
  'scripts/steps.js lint',
  'scripts/steps.js screenshots',
  'scripts/steps.js changelog',
];

function run(script, ...args) {
  const [file, ...first] = script.split(' ');
  const options = { cwd: root, encoding: 'utf8', timeout: 30_000 };
  return spawnSync(process.execPath, [join(root, file), ...first, ...args], options);
}

test('npm test -- --help lists each option on its own line', () => {
  const { stdout } = run('scripts/test.js', '--help');
  expect(stdout.match(/^ {2}--\w+/gm)).toEqual(['  --all', '  --force', '  --retry', '  --help']);
});

test('npm run figures -- --help lists every block', () => {
  const program = readFileSync(join(root, 'scripts/figures.js'), 'utf8');
  const names = [...program.matchAll(/\{ name: '(\w+)', document:/g)].map(([, name]) => name);
  const { stdout } = run('scripts/figures.js', '--help');
  const listed = [...stdout.matchAll(/^ {2}(\w+) +of npm/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual(names.toSorted());
});

test('npm run token reports a missing value in one sentence', () => {
  const { status, stderr } = run('tooling/local-stack/bin/token.js', '--user', '--help');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^[^.]+\. --help lists the options\.\n$/);
});

test.each([
  [['--name'], "Option '--name <value>' argument missing. --help lists the options."],
  [[], 'Name the migration: --name add_locale.'],
  [['--name', 'Add a table!'], 'Name the migration: --name add_locale.'],
  [
    ['extra'],
    "Unexpected argument 'extra'. This command does not take positional arguments. --help lists the options.",
  ],
])('npm run db:generate %j is refused', (args, message) => {
  const { status, stderr } = run('apps/api/bin/generate-migration.js', ...args);
  expect({ status, stderr }).toMatchObject({ status: 2, stderr: `${message}\n` });
});

test.each([[['table', 'note']], [['feature']], [['feature', 'note', 'extra']]])(
  'npm run generate %j exits with 2',
  (args) => {
    const { status, stderr } = run('scripts/generate.js', ...args);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(2);
  },
);

test.each([
  ['-h', 0],
  ['--nope', 2],
  ['', 2],
])('npm run test:one -- %s exits with %i', (option, expected) => {
  const { status, stderr } = run('scripts/test-one.js', ...option.split(' ').filter(Boolean));
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(status, stderr).toBe(expected);
});

test('npm run test:one finds a file from the folder in which npm was started', () => {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    [
      'run',
      '--silent',
      'test:one',
      '--',
      '../packages/contracts/test/wire.test.ts',
      '-t',
      'no test has this name',
    ],
    { cwd: join(root, 'docs'), encoding: 'utf8', timeout: 60_000 },
  );
  expect(stripVTControlCharacters(stdout)).toMatch(/Test Files +1 skipped/);
  expect(status, stderr).toBe(0);
}, 60_000);

test('npm run docs reports an unknown command', () => {
  const { status, stderr } = run('apps/docs/bin/docs.js', 'serve');
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'Unknown command. --help lists the options.\n',
  });
});

describe.each(scripts)('%s', (script) => {
  test('--help prints the usage in lines of at most 100 characters', () => {
    const { status, stdout, stderr } = run(script, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Usage: npm ');
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test('an unknown option is reported in one sentence', () => {
    const { status, stdout, stderr } = run(script, '--nope');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe("Unknown option '--nope'. --help lists the options.\n");
  });
});
