/**
 * Bundles the entries with their dependencies into a few files, because loading 150 modules and their
 * packages was most of an instance's start. `dist` then needs no package at run time; `zod` stays a
 * dependency for the types. `--watch` bundles again after each change;
 * `--no-maps` omits source maps.
 */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** @type {import('esbuild').Plugin} */
const tidy = {
  name: 'tidy',
  setup(build) {
    build.onEnd(({ metafile }) => {
      if (metafile === undefined) return;
      removeOtherScripts(Object.keys(metafile.outputs));
      writeFileSync(join(dist, 'LICENSES.txt'), licensesOf(Object.keys(metafile.inputs)));
    });
  },
};

const bundle = await context({
  absWorkingDir: root,
  entryPoints: ['src/index.ts', 'src/testing/index.ts', 'src/cli/main.ts'],
  outdir: 'dist',
  bundle: true,
  // The entries share classes and the list of running instances.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // The tarball has no maps, so its scripts must not name any.
  sourcemap: !process.argv.includes('--no-maps'),
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // Bundled CommonJS packages load built-in modules.
  banner: {
    js: "import { createRequire as moduleRequire } from 'node:module'; const require = moduleRequire(import.meta.url);",
  },
  plugins: [tidy],
});
if (process.argv.includes('--watch')) {
  await bundle.watch();
} else {
  await bundle.rebuild();
  await bundle.dispose();
}

/**
 * Removes the scripts of earlier builds. Clerk's browser scripts have a separate build step.
 *
 * @param {readonly string[]} written relative to the package
 */
function removeOtherScripts(written) {
  for (const entry of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const isScript = /(?<!\.d\.ts)\.map$|\.js$/.test(entry) && !entry.startsWith('browser/');
    if (isScript && !written.includes(join('dist', entry))) rmSync(join(dist, entry));
  }
}

/**
 * Returns the licences of the bundled packages, which must accompany their code.
 *
 * @param {readonly string[]} inputs
 */
function licensesOf(inputs) {
  const folders = inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  const texts = [...new Set(folders)]
    .filter((folder) => folder !== undefined)
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(
        readFileSync(join(root, folder, 'package.json'), 'utf8'),
      );
      const [file] = readdirSync(join(root, folder)).filter((each) => /^licen[cs]e/i.test(each));
      const text =
        file === undefined ? '' : `\n\n${readFileSync(join(root, folder, file), 'utf8')}`;
      return `${name} ${version}, ${license}${text.trimEnd()}\n`;
    });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
