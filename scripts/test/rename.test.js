import { expect, test } from 'vitest';
import { files, read, rootManifest } from './repository.js';

const { name } = rootManifest;
const capitalised = name.slice(0, 1).toUpperCase() + name.slice(1);

test('the project’s name has the two spellings that docs/guides/rename.md replaces', () => {
  const guide = read('docs/guides/rename.md');
  expect(guide).toMatch(`s/${name}/`);
  expect(guide).toMatch(`s/${capitalised}/`);
  const others = files
    .filter((path) => !/\.(?:png|webp|woff2|ico)$/.test(path))
    .flatMap((path) =>
      [...read(path).matchAll(new RegExp(name, 'gi'))]
        .map(([spelling]) => spelling)
        .filter((spelling) => spelling !== name && spelling !== capitalised)
        .map((spelling) => `${path}: ${spelling}`),
    );
  expect(others).toEqual([]);
});

test('no file or folder has the project’s name, which the command would not rename', () => {
  expect(files.filter((path) => path.toLowerCase().includes(name))).toEqual([]);
});
