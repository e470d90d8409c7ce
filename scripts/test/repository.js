import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { workspaceFolders } from '../workspaces.js';

export const root = join(import.meta.dirname, '../..');

/** Paths of all files that git tracks or would add, relative to the root. */
export const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
  { cwd: root, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** @param {string} path relative to the root */
export const read = (path) => readFileSync(join(root, path), 'utf8');

/** @param {string} path relative to the root */
export const readJson = (path) => JSON.parse(read(path));

/** @param {string} path relative to the root */
export const readYaml = (path) => parse(read(path));

/** The root's package.json, then one per workspace. */
export const manifests = [
  '',
  ...workspaceFolders(root).map((folder) => `${folder.slice(root.length + 1)}/`),
]
  .map((folder) => `${folder}package.json`)
  .filter((path) => existsSync(join(root, path)))
  .map((path) => ({ path, content: readJson(path) }));

export const rootManifest = readJson('package.json');

export const workflowPaths = files.filter((path) =>
  /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path),
);
