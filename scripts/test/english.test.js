import {
  findBannedWords,
  isNotYetPlain,
  notYetPlain,
  proseOf,
} from '@populatte/eslint-config/plain-english';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, manifests, read, root } from './repository.js';

/** @returns {string[]} `path:line word`, for each banned word */
function findings(path, text) {
  return findBannedWords(text).map(({ index, word, instead }) => {
    const line = text.slice(0, index).split('\n').length;
    return `${path}:${line} “${word}”: write ${instead}`;
  });
}

const documents = files.filter((path) => path.endsWith('.md') && !isNotYetPlain(path));

// Source and tests are checked by the lint rule populatte/plain-english.
describe('plain English', () => {
  test('is used in documents', () => {
    expect(documents.length).toBeGreaterThan(10);
    expect(documents.flatMap((path) => findings(path, proseOf(read(path))))).toEqual([]);
  });

  test('has one form of apostrophe in documents: the straight one', () => {
    const pages = documents.filter((path) => !path.startsWith('.changeset/'));
    expect(pages.filter((path) => proseOf(read(path)).includes('’'))).toEqual([]);
  });

  test('is used in comments of configuration files', () => {
    const paths = files.filter((path) => /\.ya?ml$|^\.env\.example$|^\.ci\/run$/.test(path));
    expect(paths.flatMap((path) => findings(path, read(path)))).toEqual([]);
  });

  test('is used in package descriptions', () => {
    const descriptions = manifests.filter(({ path }) => !isNotYetPlain(path));
    expect(
      descriptions.flatMap(({ path, content }) => findings(path, content.description ?? '')),
    ).toEqual([]);
  });

  test('has exceptions only for folders and files that exist', () => {
    expect(notYetPlain.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
