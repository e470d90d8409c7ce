import { describe, expect, test } from 'vitest';
import { manifests, read, readJson, readYaml, rootManifest } from './repository.js';

const lowest = /^>=(\d+)\.\d+$/.exec(rootManifest.engines.node)?.[1];
const recommended = read('.nvmrc').trim();
const { matrix } = readYaml('.github/workflows/ci.yml').jobs.test.strategy;

describe('Node.js versions', () => {
  test('CI tests the lowest supported version and the recommended one', () => {
    expect(lowest).toBeDefined();
    expect(matrix.node[0]).toBe(lowest);
    expect(matrix.node).toContain(recommended);
  });

  test('the recommended version is supported by its maintainers: 22 or newer', () => {
    expect(Number(recommended)).toBeGreaterThanOrEqual(22);
  });

  test('the dev container has the recommended version', () => {
    const { image } = readJson('.devcontainer/devcontainer.json');
    expect(image).toMatch(new RegExp(`:${recommended}(-|$)`));
  });

  test('the type definitions match the lowest version, so that newer APIs do not compile', () => {
    const types = manifests.flatMap(
      ({ content }) => content.devDependencies?.['@types/node'] ?? [],
    );
    expect(types.length).toBeGreaterThan(0);
    expect(types.filter((version) => !version.startsWith(`${lowest}.`))).toEqual([]);
  });

  test.each(['README.md', 'CONTRIBUTING.md'])('%s names the lowest version', (document) => {
    expect(read(document)).toContain(`Node.js ${rootManifest.engines.node.slice(2)}`);
  });

  test('no workspace requires a different version than the root', () => {
    const others = manifests.filter(
      ({ content }) =>
        content.engines !== undefined && content.engines.node !== rootManifest.engines.node,
    );
    expect(others.map(({ path }) => path)).toEqual([]);
  });
});
