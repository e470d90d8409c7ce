/**
 * Creates `dist/commonjs`, which its own package.json marks as CommonJS: a copy of the
 * declarations, for each entry point a script that loads the ES module, and a bundle for loaders
 * that refuse ES modules.
 *
 * Drizzle has one set of types for `import` and another for `require`, and TypeScript treats them as
 * different. In a CommonJS application `clerkUserColumns()` must have the types of the application's
 * own `pgTable`.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const commonJs = join(dist, 'commonjs');
/** By the name in the bundle. */
const entries = { index: 'index', internal: 'internal', testing: 'testing/index' };

rmSync(commonJs, { recursive: true, force: true });
for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.d.ts')) continue;
  const copy = join(commonJs, file);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(join(dist, file), copy);
}
for (const [name, entry] of Object.entries(entries)) {
  writeFileSync(join(commonJs, `${entry}.js`), entryScript(name, entry));
}
bundle();
writeFileSync(join(commonJs, 'package.json'), '{ "type": "commonjs" }\n');

/**
 * `require` loads the ES module, so that a process has one instance of each class. The bundle is for
 * loaders that refuse ES modules (Jest's, before Node 24.9) or do not find their files (Yarn's PnP, in
 * its archives).
 *
 * @param {string} name
 * @param {string} entry
 */
function entryScript(name, entry) {
  const here = entry.includes('/') ? '../' : './';
  return `let entry;
try {
  entry = require('${here}../${entry}.js');
} catch (error) {
  if (!['ERR_REQUIRE_ESM', 'ERR_MODULE_NOT_FOUND'].includes(error?.code)) throw error;
  entry = require('${here}bundle.js').${name};
}
module.exports = entry;
`;
}

/** All entry points in one file, so that they share their classes, with jose, which has no CommonJS. */
function bundle() {
  const manifest = JSON.parse(
    readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'),
  );
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const exports = Object.entries(entries).map(
    ([name, entry]) => `export * as ${name} from './${entry}.js';`,
  );
  buildSync({
    stdin: { contents: exports.join('\n'), resolveDir: dist },
    outfile: join(commonJs, 'bundle.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    external: packages.filter((name) => name !== 'jose'),
    logLevel: 'warning',
  });
  const jose = dirname(dirname(dirname(fileURLToPath(import.meta.resolve('jose')))));
  copyFileSync(join(jose, 'LICENSE.md'), join(commonJs, 'LICENSE-jose.md'));
}
