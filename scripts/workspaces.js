import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root the repository's folder
 * @returns {string[]} the folders of all workspaces
 */
export function workspaceFolders(root) {
  const grouped = ['apps', 'packages', 'tooling'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name)),
  );
  return [...grouped, join(root, 'bench'), join(root, 'world')];
}
