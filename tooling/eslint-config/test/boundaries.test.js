import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { ESLint } from 'eslint';

const workspaces = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Lints a text as if it were a file of a workspace, by the workspace's own configuration.
 *
 * @param {string} workspace its folder, from the root
 * @param {string} file that exists, so that it is in the workspace's TypeScript project
 * @param {string} text
 * @returns {Promise<string[]>} the boundary rules that it breaks, once each
 */
async function broken(workspace, file, text) {
  const cwd = `${workspaces}${workspace}`;
  const eslint = new ESLint({ cwd, overrideConfigFile: `${cwd}/eslint.config.js` });
  const [result] = await eslint.lintText(text, { filePath: `${cwd}/${file}` });
  assert.deepEqual(
    result.messages.filter(({ fatal }) => fatal),
    [],
  );
  const rules = result.messages.map(({ ruleId }) => ruleId ?? '');
  return [...new Set(rules.filter((rule) => rule.startsWith('boundaries/')))];
}

const inCore = 'src/core/users/profile.ts';
const inInfrastructure = 'src/infrastructure/clerk/signing-keys.ts';
const inPresentation = 'src/presentation/users/users.controller.ts';
const inModule = 'src/presentation/users/users.module.ts';

const clerkLocal = 'packages/clerk-local';
const inDomain = 'src/domain/users/users.ts';
const inBackendApi = 'src/backend-api/backend-api.ts';

/** What may not be imported, from where: a static import, and where it matters other kinds. */
const violations = [
  ['core its infrastructure', 'apps/api', inCore, '../../infrastructure/clerk/signing-keys.js'],
  ['core the presentation', 'apps/api', inCore, '../../presentation/users/users.controller.js'],
  ['core the composition root', 'apps/api', inCore, '../../app.module.js'],
  ['core Nest', 'apps/api', inCore, '@nestjs/common'],
  ['core Drizzle', 'apps/api', inCore, 'drizzle-orm'],
  ['core a library', 'apps/api', inCore, 'zod'],
  ['core Node', 'apps/api', inCore, 'node:fs'],
  ['core Node without its prefix', 'apps/api', inCore, 'fs'],
  ['core the contracts', 'apps/api', inCore, '@populatte/contracts'],
  [
    'infrastructure the presentation',
    'apps/api',
    inInfrastructure,
    '../../presentation/users/users.controller.js',
  ],
  ['infrastructure the contracts', 'apps/api', inInfrastructure, '@populatte/contracts'],
  ['infrastructure a development tool', 'apps/api', inInfrastructure, '@populatte/clerk-local'],
  [
    'infrastructure a Nest module',
    'apps/api',
    inInfrastructure,
    '../../presentation/users/users.module.js',
  ],
  ['infrastructure the composition root', 'apps/api', inInfrastructure, '../../app.module.js'],
  [
    'presentation its infrastructure',
    'apps/api',
    inPresentation,
    '../../infrastructure/clerk/signing-keys.js',
  ],
  ['presentation a development tool', 'apps/api', inPresentation, '@populatte/local-stack'],
  ['presentation the composition root', 'apps/api', inPresentation, '../../app.module.js'],
  ['the client the local Clerk', 'packages/api-client', 'src/send.ts', '@populatte/clerk-local'],
  ['the client a library', 'packages/api-client', 'src/send.ts', 'zod'],
  ['the client Node', 'packages/api-client', 'src/send.ts', 'node:http'],
  ['the contracts the client', 'packages/contracts', 'src/endpoints.ts', '@populatte/api-client'],
  ['the contracts Node', 'packages/contracts', 'src/endpoints.ts', 'node:fs'],
  ['a domain folder one above it', clerkLocal, inDomain, '../sessions/sessions.js'],
  ['the domain an API', clerkLocal, inDomain, '../../backend-api/users.routes.js'],
  ['the domain the HTTP helpers', clerkLocal, inDomain, '../../http/request.js'],
  ['the domain an HTTP library', clerkLocal, inDomain, 'hono'],
  ['an API the other API', clerkLocal, inBackendApi, '../frontend-api/presenter.js'],
  ['an API the webhooks', clerkLocal, inBackendApi, '../webhooks/webhook-queue.js'],
  ['an API the server', clerkLocal, inBackendApi, '../server/instance.js'],
  ['an API the public exports', clerkLocal, inBackendApi, '../index.js'],
  ['the server the commands', clerkLocal, 'src/server/app.ts', '../cli/command.js'],
  ['the client the server', clerkLocal, 'src/client/backend-client.ts', '../server/options.js'],
  ['the commands an API', clerkLocal, 'src/cli/command.ts', '../backend-api/backend-api.js'],
];

describe('the linter refuses an import (who, whom)', () => {
  for (const [what, workspace, file, imported] of violations) {
    it(`${what} (${imported})`, async () => {
      const text = `import * as x from '${imported}';\nexport const y: unknown = x;\n`;
      assert.deepEqual(await broken(workspace, file, text), ['boundaries/dependencies']);
    });
  }

  for (const [kind, text] of [
    [
      'by type alone',
      "import type { SystemClock } from '../../infrastructure/clerk/signing-keys.js';\nexport type X = SystemClock;\n",
    ],
    [
      'by exporting it on',
      "export { SystemClock } from '../../infrastructure/clerk/signing-keys.js';\n",
    ],
    ['by exporting all of it on', "export * from '../../infrastructure/clerk/signing-keys.js';\n"],
    [
      'by a dynamic import',
      "export const x: unknown = import('../../infrastructure/clerk/signing-keys.js');\n",
    ],
  ]) {
    it(`core know infrastructure ${kind}`, async () => {
      assert.deepEqual(await broken('apps/api', inCore, text), ['boundaries/dependencies']);
    });
  }
});

describe('the linter lets', () => {
  for (const [what, workspace, file, imported] of [
    ['core import core', 'apps/api', inCore, './user.entity.js'],
    ['infrastructure import core', 'apps/api', inInfrastructure, '../../core/clock.js'],
    ['infrastructure import a library', 'apps/api', inInfrastructure, 'drizzle-orm'],
    ['infrastructure import Node', 'apps/api', inInfrastructure, 'node:fs'],
    ['presentation import core', 'apps/api', inPresentation, '../../core/clock.js'],
    ['presentation import the contracts', 'apps/api', inPresentation, '@populatte/contracts'],
    ['presentation import Nest', 'apps/api', inPresentation, '@nestjs/common'],
    [
      'the composition root import infrastructure',
      'apps/api',
      'src/start-api.ts',
      './infrastructure/clerk/signing-keys.js',
    ],
    [
      'a Nest module of the presentation import infrastructure',
      'apps/api',
      inModule,
      '../../infrastructure/clerk/signing-keys.js',
    ],
    [
      'the client import the contracts',
      'packages/api-client',
      'src/send.ts',
      '@populatte/contracts',
    ],
    ['a domain folder import one below it', clerkLocal, inDomain, '../state/store.js'],
    ['an API import the domain', clerkLocal, inBackendApi, '../domain/users/users.js'],
    ['an API import an HTTP library', clerkLocal, inBackendApi, 'hono'],
    ['the server import an API', clerkLocal, 'src/server/app.ts', '../backend-api/backend-api.js'],
    ['the commands import the server', clerkLocal, 'src/cli/command.ts', '../server/options.js'],
    ['the public exports import the server', clerkLocal, 'src/index.ts', './server/options.js'],
  ]) {
    it(what, async () => {
      const text = `import * as x from '${imported}';\nexport const y: unknown = x;\n`;
      assert.deepEqual(await broken(workspace, file, text), []);
    });
  }
});
