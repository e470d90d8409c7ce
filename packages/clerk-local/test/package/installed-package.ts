import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

const packageFolder = path.join(import.meta.dirname, '../..');

const manifestSchema = z.looseObject({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * Packs this package and installs the tarball with npm into a folder outside the repository.
 *
 * Works offline: the dependencies come from this repository's `node_modules`. A dependency that the
 * package does not declare is not installed, so an import of it fails. Packs the existing build: run
 * `npm run build` first.
 */
export function installPackage(folder: string): void {
  const tarball = packPackage(folder);
  const dependencies = Object.fromEntries(
    [...dependenciesOf(packageFolder)].map(([name, source]) => [name, `file:${source}`]),
  );
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: { ...dependencies, '@populatte/clerk-local': `file:${tarball}` },
    }),
  );
  npm(folder, ['install', '--offline', '--install-links', '--ignore-scripts', '--no-audit']);
}

/** Packs the existing build of this package into a folder. Returns the path of the tarball. */
export function packPackage(folder: string): string {
  const options = ['--silent', '--ignore-scripts', '--pack-destination', folder];
  const [name = ''] = npm(packageFolder, ['pack', ...options])
    .trim()
    .split('\n')
    .slice(-1);
  return path.join(folder, name);
}

/** Returns the folders of a package's dependencies and of their dependencies, by name. */
function dependenciesOf(folder: string, found = new Map<string, string>()): Map<string, string> {
  const require = createRequire(path.join(folder, 'package.json'));
  for (const name of Object.keys(manifestOf(folder).dependencies)) {
    if (found.has(name)) continue;
    const source = folderOf(require, name);
    found.set(name, source);
    dependenciesOf(source, found);
  }
  return found;
}

function folderOf(require: NodeJS.Require, name: string): string {
  const candidates = (require.resolve.paths(name) ?? []).map((each) => path.join(each, name));
  const folder = candidates.find((each) => {
    try {
      return manifestOf(each).name === name;
    } catch {
      return false;
    }
  });
  if (folder === undefined) throw new Error(`The dependency ${name} is not installed.`);
  return folder;
}

function manifestOf(folder: string): z.output<typeof manifestSchema> {
  return manifestSchema.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
}

function npm(cwd: string, args: readonly string[]): string {
  return execFileSync('npm', [...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
