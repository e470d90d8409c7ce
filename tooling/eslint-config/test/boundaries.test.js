import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { ESLint } from 'eslint';

/** Selects the Nest modules of a folder. */
const nestModules = '/**/*.module.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Lints a text as a file of a workspace, with the workspace's own configuration.
 *
 * @param {string} workspace the workspace's folder, relative to the repository
 * @param {string} file an existing file, because it must belong to the TypeScript project
 * @param {string} text the file's content for the linter
 * @returns {Promise<string[]>} the boundary rules that the text violates, without duplicates
 */
async function brokenRules(workspace, file, text) {
  const cwd = `${root}${workspace}`;
  const eslint = new ESLint({ cwd, overrideConfigFile: `${cwd}/eslint.config.js` });
  const [result] = await eslint.lintText(text, { filePath: `${cwd}/${file}` });
  assert.deepEqual(
    result.messages.filter(({ fatal }) => fatal),
    [],
  );
  const rules = result.messages.map(({ ruleId }) => ruleId ?? '');
  return [...new Set(rules.filter((rule) => rule.startsWith('boundaries/')))];
}

/**
 * Lists the TypeScript files of a layer, so that the tests below do not depend on file names.
 *
 * @param {string} workspace the workspace's folder, relative to the repository
 * @param {string} layer a folder such as `src/core`, or `src` for the files in `src` itself; without
 *   its Nest modules, or only those if it ends with `nestModules`
 * @returns {string[]} paths relative to the workspace
 */
function filesOf(workspace, layer) {
  const folder = layer.replace(nestModules, '');
  return readdirSync(`${root}${workspace}/${folder}`, { recursive: folder !== 'src' })
    .map((file) => `${folder}/${file.split(path.sep).join('/')}`)
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => file.endsWith('.module.ts') === layer.endsWith(nestModules))
    .sort();
}

/**
 * Returns the specifier with which a file imports a layer of its workspace, an npm package or a
 * Node module.
 *
 * @param {string} workspace the workspace's folder, relative to the repository
 * @param {string} file the importing file
 * @param {string} target a layer such as `src/core`, or the name of a module
 */
function specifierOf(workspace, file, target) {
  if (target !== 'src' && !target.startsWith('src/')) return target;
  const imported = filesOf(workspace, target).at(-1) ?? '';
  const relative = path.posix.relative(path.posix.dirname(file), imported).replace(/\.ts$/, '.js');
  return relative.startsWith('.') ? relative : `./${relative}`;
}

const api = 'apps/api';
const client = 'packages/api-client';
const contracts = 'packages/contracts';
const clerkLocal = 'packages/clerk-local';
const sync = 'packages/nestjs-clerk-sync';
const syncModule = '@populatte/nestjs-clerk-sync';

/** Forbidden imports: the workspace, the importing layer and the imported layer or module. */
const violations = [
  [api, 'src/core', 'src/infrastructure'],
  [api, 'src/core', 'src/presentation'],
  [api, 'src/core', 'src'],
  [api, 'src/core', '@nestjs/common'],
  [api, 'src/core', 'drizzle-orm'],
  [api, 'src/core', 'zod'],
  [api, 'src/core', 'node:fs'],
  [api, 'src/core', 'fs'],
  [api, 'src/core', '@populatte/contracts'],
  [api, 'src/core', syncModule],
  [api, 'src/infrastructure', 'src/presentation'],
  [api, 'src/infrastructure', 'src'],
  [api, 'src/infrastructure', `src/presentation${nestModules}`],
  [api, 'src/infrastructure', '@populatte/contracts'],
  [api, 'src/infrastructure', '@populatte/clerk-local'],
  [api, 'src/presentation', 'src/infrastructure'],
  [api, 'src/presentation', 'src'],
  [api, 'src/presentation', '@populatte/local-stack'],
  [client, 'src', '@populatte/clerk-local'],
  [client, 'src', 'zod'],
  [client, 'src', 'node:http'],
  [contracts, 'src', '@populatte/api-client'],
  [contracts, 'src', 'node:fs'],
  [clerkLocal, 'src/domain/users', 'src/domain/sessions'],
  [clerkLocal, 'src/domain/users', 'src/backend-api'],
  [clerkLocal, 'src/domain/users', 'src/http'],
  [clerkLocal, 'src/domain/users', 'hono'],
  [clerkLocal, 'src/backend-api', 'src/frontend-api'],
  [clerkLocal, 'src/backend-api', 'src/webhooks'],
  [clerkLocal, 'src/backend-api', 'src/server'],
  [clerkLocal, 'src/backend-api', 'src'],
  [clerkLocal, 'src/server', 'src/cli'],
  [clerkLocal, 'src/client', 'src/server'],
  [clerkLocal, 'src/cli', 'src/backend-api'],
  [sync, 'src/core', 'src/infrastructure/clerk'],
  [sync, 'src/core', '@nestjs/common'],
  [sync, 'src/core', 'node:fs'],
  [sync, 'src/infrastructure/cache', 'src/presentation'],
  [sync, 'src/infrastructure/clerk', 'src'],
  [sync, 'src/infrastructure/clerk', '@populatte/contracts'],
  [sync, 'src/presentation', 'src/infrastructure/clerk'],
  [sync, 'src/presentation', '@populatte/contracts'],
  [sync, 'src', '@populatte/contracts'],
];

/** Allowed imports, in the same order of columns. */
const allowed = [
  [api, 'src/core', 'src/core'],
  [api, 'src/infrastructure', 'src/core'],
  [api, 'src/infrastructure', 'drizzle-orm'],
  [api, 'src/infrastructure', 'node:fs'],
  [api, 'src/presentation', 'src/core'],
  [api, 'src/presentation', '@populatte/contracts'],
  [api, 'src/presentation', '@nestjs/common'],
  [api, 'src/infrastructure', syncModule],
  [api, 'src/presentation', syncModule],
  [api, 'src', 'src/infrastructure'],
  [api, `src/presentation${nestModules}`, 'src/infrastructure'],
  [client, 'src', '@populatte/contracts'],
  [clerkLocal, 'src/domain/users', 'src/domain/state'],
  [clerkLocal, 'src/backend-api', 'src/domain/users'],
  [clerkLocal, 'src/backend-api', 'hono'],
  [clerkLocal, 'src/server', 'src/backend-api'],
  [clerkLocal, 'src/cli', 'src/server'],
  [clerkLocal, 'src', 'src/server'],
  [sync, 'src/infrastructure/clerk', 'src/core'],
  [sync, 'src/infrastructure/postgres', 'src/infrastructure/cache'],
  [sync, 'src/presentation', 'src/core'],
  [sync, 'src/presentation', '@nestjs/common'],
  [sync, 'src', 'src/presentation'],
];

/** Every kind of import, of the module that a function argument names. */
const kinds = {
  'a type import': (x) => `import type * as x from '${x}';\nexport type X = typeof x;\n`,
  'a re-export': (x) => `export { x } from '${x}';\n`,
  'export *': (x) => `export * from '${x}';\n`,
  'a dynamic import': (x) => `export const x: unknown = import('${x}');\n`,
};

function importing(specifier) {
  return `import * as x from '${specifier}';\nexport const y: unknown = x;\n`;
}

describe('the linter refuses an import', () => {
  for (const [workspace, layer, target] of violations) {
    test(`in ${workspace}, from ${layer} to ${target}`, async () => {
      const [file = ''] = filesOf(workspace, layer);
      const text = importing(specifierOf(workspace, file, target));
      assert.deepEqual(await brokenRules(workspace, file, text), ['boundaries/dependencies']);
    });
  }

  for (const [kind, textOf] of Object.entries(kinds)) {
    test(`from core to infrastructure by ${kind}`, async () => {
      const [file = ''] = filesOf(api, 'src/core');
      const text = textOf(specifierOf(api, file, 'src/infrastructure'));
      assert.deepEqual(await brokenRules(api, file, text), ['boundaries/dependencies']);
    });
  }
});

describe('the linter allows an import', () => {
  for (const [workspace, layer, target] of allowed) {
    test(`in ${workspace}, from ${layer} to ${target}`, async () => {
      const [file = ''] = filesOf(workspace, layer);
      const text = importing(specifierOf(workspace, file, target));
      assert.deepEqual(await brokenRules(workspace, file, text), []);
    });
  }
});
