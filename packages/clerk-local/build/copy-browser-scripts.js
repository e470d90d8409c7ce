/**
 * Copies Clerk's browser scripts into `dist/browser`, with their licences. The published package
 * then needs neither `@clerk/clerk-js` nor `@clerk/ui`, which install hundreds of packages.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const target = fileURLToPath(new URL('../dist/browser', import.meta.url));

/** @type {readonly { name: string, folder: string, entry: string }[]} */
const packages = [
  {
    name: 'clerk-js',
    folder: dirname(dirname(require.resolve('@clerk/clerk-js'))),
    entry: 'clerk.browser.js',
  },
  {
    name: 'ui',
    folder: dirname(require.resolve('@clerk/ui/package.json')),
    entry: 'ui.browser.js',
  },
];

/** Other vendors' wallets, under other licences. They open pages on the network. */
const wallets = /^(?:coinbase-wallet-sdk|base-account-sdk)_/;

for (const { name, folder, entry } of packages) {
  const scripts = join(folder, 'dist');
  const copies = join(target, name);
  mkdirSync(copies, { recursive: true });
  const files = [entry, ...chunksOf(scripts, entry)];
  for (const file of readdirSync(copies)) {
    if (!files.includes(file)) rmSync(join(copies, file));
  }
  for (const file of files) copyIfChanged(join(scripts, file), join(copies, file));
  copyFileSync(join(folder, 'LICENSE'), join(copies, 'LICENSE'));
  const {
    name: packageName,
    version,
    license,
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  writeFileSync(join(copies, 'NOTICE'), `${packageName} ${version}, ${license} (see LICENSE)\n`);
}

/**
 * A running instance may be reading the copy, so an unchanged one is not written again.
 *
 * @param {string} from
 * @param {string} to
 */
function copyIfChanged(from, to) {
  if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) return;
  copyFileSync(from, to);
}

/**
 * The lazy chunks of an entry script. Their names contain a hash that the entry script contains too,
 * which tells them from the chunks of the other builds.
 *
 * @param {string} folder
 * @param {string} entry
 */
function chunksOf(folder, entry) {
  const source = readFileSync(join(folder, entry), 'utf8');
  return readdirSync(folder).filter((file) => {
    const hash = /_([0-9a-f]{6})_\d+\.\d+\.\d+\.js$/.exec(file)?.[1];
    return hash !== undefined && source.includes(hash) && !wallets.test(file);
  });
}
