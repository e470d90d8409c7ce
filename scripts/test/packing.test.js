import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { files, manifests, root } from './repository.js';

/** Packages that others install. */
const published = manifests.filter(
  ({ path, content }) => path.startsWith('packages/') && content.private !== true,
);

/** A copy of the files in git with the installed dependencies, but without build output. */
let copy;
/** The tarballs' files, by the package's name. */
const contents = new Map();
/** The environment without the settings of the npm that runs this test, such as its workspace. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
);

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'populatte-packing-'));
  for (const path of files) cpSync(join(root, path), join(copy, path));
  linkDependencies();
  for (const { path, content } of published) {
    const folder = join(copy, path.replace('/package.json', ''));
    // A leftover of an earlier build, whose source no longer exists.
    mkdirSync(join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'dist/left-behind.js'), '');
    const output = execFileSync('npm', ['pack', '--json', '--pack-destination', copy], {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // The scripts that npm runs first also print output.
    const [packed] = Object.values(JSON.parse(output.slice(output.search(/^[[{]$/m))));
    contents.set(content.name, packed);
  }
}, 600_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Links the installed packages, and the copy's own workspaces among them. */
function linkDependencies() {
  const modules = join(root, 'node_modules');
  mkdirSync(join(copy, 'node_modules/@populatte'), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name === '@populatte' || (name.startsWith('.') && name !== '.bin')) continue;
    symlinkSync(join(modules, name), join(copy, 'node_modules', name));
  }
  for (const { path, content } of manifests.slice(1)) {
    const folder = path.replace('/package.json', '');
    symlinkSync(join(copy, folder), join(copy, 'node_modules', content.name));
    const nested = join(folder, 'node_modules');
    if (existsSync(join(root, nested))) symlinkSync(join(root, nested), join(copy, nested));
  }
}

/** @returns {string[]} every file that a manifest names */
function namedFiles({ exports = {}, bin = {} }) {
  const leaves = (value) =>
    typeof value === 'string' ? [value] : Object.values(value).flatMap(leaves);
  return [...leaves(exports), ...leaves(bin)].map((path) => path.replace('./', ''));
}

test('the packages that others install are packed from a fresh clone', () => {
  expect([...contents.keys()].sort()).toEqual([
    '@populatte/api-client',
    '@populatte/clerk-local',
    '@populatte/contracts',
    '@populatte/nestjs-clerk-sync',
  ]);
});

describe.each(published.map(({ content }) => [content.name, content]))('%s', (name, manifest) => {
  const paths = () => contents.get(name).files.map(({ path }) => path);

  test('has every file that its manifest names, a README and the licence', () => {
    const needed = [...namedFiles(manifest), 'README.md', 'LICENSE', 'package.json'];
    expect(needed.filter((path) => !paths().includes(path))).toEqual([]);
  });

  test('has neither sources nor tests nor source maps', () => {
    expect(paths().filter((path) => /^(?:src|test)\/|\.map$|\.test\./.test(path))).toEqual([]);
  });

  test('names no source map, since it has none', () => {
    const { filename } = contents.get(name);
    const unpacked = join(copy, 'unpacked', name);
    mkdirSync(unpacked, { recursive: true });
    execFileSync('tar', ['-xzf', join(copy, filename), '-C', unpacked]);
    const naming = paths()
      .filter((path) => /\.(?:[cm]?js|d\.[cm]?ts)$/.test(path))
      // At the end of a file: a bundled tool may contain the words.
      .filter((path) =>
        /\n\/\/# sourceMappingURL=\S+\s*$/.test(
          readFileSync(join(unpacked, 'package', path), 'utf8'),
        ),
      );
    expect(naming).toEqual([]);
  });

  test('contains no files of an earlier build', () => {
    expect(paths()).not.toContain('dist/left-behind.js');
  });

  test('depends on other packages of this repository by a version', () => {
    const own = Object.entries(manifest.dependencies ?? {}).filter(([dependency]) =>
      dependency.startsWith('@populatte/'),
    );
    for (const [dependency, range] of own) {
      expect(published.map(({ content }) => content.name)).toContain(dependency);
      expect(range).toBe(`^${manifest.version}`);
    }
  });
});

test('the client and the contracts work outside of this repository', () => {
  const application = join(copy, 'outside');
  const scope = join(application, 'node_modules/@populatte');
  for (const name of ['contracts', 'api-client']) {
    mkdirSync(join(scope, name), { recursive: true });
    const { filename } = contents.get(`@populatte/${name}`);
    execFileSync('tar', ['-xzf', join(copy, filename), '-C', join(scope, name), '--strip=1']);
  }
  symlinkSync(join(root, 'node_modules/zod'), join(application, 'node_modules/zod'));
  const program = `
    import { createApiClient, NotSignedInError } from '@populatte/api-client';
    const api = createApiClient({ baseUrl: 'https://api.example.com', getToken: async () => null });
    await api.users.me().catch((error) => console.log(error instanceof NotSignedInError));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: application,
    encoding: 'utf8',
  });
  expect(output.trim()).toBe('true');
});

// TypeScript's `node10`, Metro before 0.82, Parcel and Jest before 28 do not read `exports`.
const libraries = published.map(({ content }) => content).filter(({ bin }) => bin === undefined);

test.each(libraries)('$name names its entry for older tools', (manifest) => {
  const entry = manifest.exports['.'];
  const { types, default: main } = entry.import ?? entry;
  expect(manifest).toMatchObject({ main, types });
});
