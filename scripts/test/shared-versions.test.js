import { describe, expect, test } from 'vitest';
import { manifests } from './repository.js';

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** A package that others install names another one by a range, which packing.test.js checks. */
const isPublishedLink = (manifest, name, version) =>
  manifest.private !== true && name.startsWith('@populatte/') && version.startsWith('^');

/** @returns {Map<string, Map<string, string[]>>} per package and version, the files that name it */
function versionsIn(manifests) {
  const versions = new Map();
  for (const { path, content } of manifests) {
    for (const [name, version] of kinds.flatMap((kind) => Object.entries(content[kind] ?? {}))) {
      if (isPublishedLink(content, name, version)) continue;
      const byVersion = versions.get(name) ?? new Map();
      versions.set(name, byVersion.set(version, [...(byVersion.get(version) ?? []), path]));
    }
  }
  return versions;
}

const conflicts = (manifests) =>
  [...versionsIn(manifests)]
    .filter(([, byVersion]) => byVersion.size > 1)
    .map(([name, byVersion]) => [name, Object.fromEntries(byVersion)]);

describe('versions of dependencies', () => {
  test('are the same in every workspace', () => {
    expect(conflicts(manifests)).toEqual([]);
  });

  test('are reported with the files that differ', () => {
    const example = [
      { path: 'a/package.json', content: { dependencies: { zod: '4.0.0' } } },
      { path: 'b/package.json', content: { devDependencies: { zod: '4.1.0', pg: '8.0.0' } } },
    ];
    expect(conflicts(example)).toEqual([
      ['zod', { '4.0.0': ['a/package.json'], '4.1.0': ['b/package.json'] }],
    ]);
  });

  test('are exact; workspaces are linked by *', () => {
    const loose = [...versionsIn(manifests)].flatMap(([name, byVersion]) =>
      [...byVersion.keys()]
        .filter((version) => !/^(npm:(@[\w-]+\/)?[\w-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
        .filter((version) => !(name.startsWith('@populatte/') && version === '*'))
        .map((version) => `${name}@${version}`),
    );
    expect(loose).toEqual([]);
  });
});
