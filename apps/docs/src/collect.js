import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rewriteLinks } from './rewrite-links.js';
import { findDocuments, root } from './sources.js';

const app = join(import.meta.dirname, '..');

/** The folder in which the site's pages are assembled; git ignores it. */
export const contentFolder = join(app, '.content');

/**
 * Assembles the site's pages from the repository's documents.
 *
 * @param {string} [folder] receives the pages; emptied first
 * @throws {Error} naming a link that leads nowhere
 */
export function collect(folder = contentFolder) {
  rmSync(folder, { recursive: true, force: true });
  const documents = findDocuments();
  const pictures = new Set();
  for (const [source, target] of documents) {
    const text = readFileSync(join(root, source), 'utf8');
    const page = rewriteLinks(text, source, documents, (picture) => pictures.add(picture));
    write(join(folder, target), page);
  }
  for (const picture of pictures) copy(join(root, picture), join(folder, 'public', picture));
  copy(join(app, 'pages/index.md'), join(folder, 'index.md'));
  copy(join(app, '../web/app/icon.svg'), join(folder, 'public/icon.svg'));
  write(join(folder, 'environment.md'), environmentPage());
}

function environmentPage() {
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  return [
    '# Environment variables',
    '',
    'The complete, commented example file. A missing or invalid variable stops the start; the message names the variable and the fix.',
    '',
    '```sh',
    example.trimEnd(),
    '```',
    '',
  ].join('\n');
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
