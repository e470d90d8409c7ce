import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, read, root } from './repository.js';

const documents = files.filter((path) => path.endsWith('.md'));

const withoutCode = (text) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** GitHub's anchor of a heading: lower case, no punctuation, hyphens for spaces. */
const anchorOf = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const anchorsIn = (text) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) =>
    anchorOf(heading),
  );

/** @returns {string[]} the links of a document that lead nowhere */
function brokenLinks(path) {
  const links = [...withoutCode(read(path)).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)];
  return links
    .map(([, link]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file, anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), decodeURI(file)));
      if (target.startsWith('..') || !existsSync(join(root, target))) return true;
      if (anchor === undefined || anchor === '' || statSync(join(root, target)).isDirectory())
        return false;
      return target.endsWith('.md') && !anchorsIn(read(target)).includes(anchor);
    });
}

describe('documents that messages and comments name', () => {
  test('exist', () => {
    const sources = files.filter((path) => /\.(?:[jt]sx?|ya?ml|json|Dockerfile)$/.test(path));
    const missing = sources.flatMap((path) =>
      [...read(path).matchAll(/(?<![\w./-])docs\/[\w./-]+\.md\b/g)]
        .map(([document]) => document)
        .filter((document) => !existsSync(join(root, document)))
        .map((document) => `${path}: ${document}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('links between documents', () => {
  test.each(documents)('%s links only to files and headings that exist', (path) => {
    expect(brokenLinks(path)).toEqual([]);
  });
});
