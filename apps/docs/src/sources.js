import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/** Documents outside docs/ and the READMEs of packages, with their paths in the site. */
const others = {
  'README.md': 'overview.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security-policy.md',
  'CHANGELOG.md': 'changelog.md',
  'apps/web/README.md': 'apps/web.md',
  'deploy/README.md': 'deployment-files.md',
  'bench/README.md': 'bench.md',
  'bench/results/README.md': 'bench-results.md',
  'world/README.md': 'world.md',
};

/**
 * @returns {Map<string, string>} every document of the site: its path in the repository, and its path
 *   in the site
 */
export function findDocuments() {
  const found = new Map();
  for (const path of readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })) {
    const name = path.split(/[\\/]/).join('/');
    if (!name.endsWith('.md') || name === 'README.md') continue;
    found.set(`docs/${name}`, name.replace(/\/README\.md$/, '/index.md'));
  }
  for (const name of readdirSync(join(root, 'packages'))) {
    found.set(`packages/${name}/README.md`, `packages/${name}.md`);
  }
  for (const [source, target] of Object.entries(others)) found.set(source, target);
  for (const source of found.keys()) {
    if (!existsSync(join(root, source))) found.delete(source);
  }
  return found;
}

/**
 * Finds the document that a link's target shows: a document itself, or a folder's README.
 *
 * @param {string} target a path in the repository, without anchor
 * @param {Map<string, string>} documents
 * @returns {string | undefined} its path in the site
 */
export function siteTarget(target, documents) {
  const path = target.replace(/\/$/, '');
  if (path === 'docs' || path === 'docs/README.md') return 'index.md';
  if (path === 'docs/adr') return [...documents.values()].find((name) => name.startsWith('adr/'));
  if (path === '.env.example') return 'environment.md';
  return documents.get(path) ?? documents.get(posix.join(path, 'README.md'));
}
