import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { type ClerkSyncExtras, extrasToken } from './providers/tokens.js';

/** One import of a module, in Nest's graph of modules. */
type ImportedModule = ModulesContainer extends Map<string, infer Imported> ? Imported : never;

/**
 * Refuses a module that the application loads with Nest's `LazyModuleLoader`. Nest registers neither
 * the global guard nor the routes of such a module and calls none of its lifecycle hooks, so every
 * route would be open.
 *
 * @param modules every module of the application
 * @throws Error if the root module does not import the module, directly or indirectly
 */
export function assertImportedAtStart(modules: ModulesContainer, module: Type): void {
  // As Nest itself does: the first is its own core module, and the second one the root.
  const [, root] = modules.values();
  const reached = new Set(root === undefined ? [] : [root]);
  // A set also iterates over what is added meanwhile.
  for (const { imports } of reached) for (const imported of imports) reached.add(imported);
  if (importsOf(modules, module).every((imported) => reached.has(imported))) return;
  throw new Error(
    'Cannot start ClerkSyncModule: Nest registers no global guard and no routes of a module that is loaded with LazyModuleLoader. Import it in the root module.',
  );
}

/**
 * Refuses several imports that collide, as when two feature modules call `forRoot()`: each guard
 * would authenticate every request, and only one of two equal routes can receive webhooks.
 *
 * @param modules every module of the application
 * @throws Error if two imports have a global guard or the same webhook path
 */
export function assertNoCollision(modules: ModulesContainer, module: Type): void {
  const imports = importsOf(modules, module).map(
    ({ providers }) => providers.get(extrasToken)?.instance as ClerkSyncExtras,
  );
  const guards = imports.filter(({ globalGuard }) => globalGuard === true);
  const paths = imports
    .map(({ webhookPath }) => webhookPath)
    .filter((path) => typeof path === 'string')
    .map((path) => path.replace(/^\/|\/$/g, ''));
  if (guards.length < 2 && new Set(paths).size === paths.length) return;
  throw new Error(
    'Cannot start ClerkSyncModule: it is imported several times, with more than one global guard or with the same webhookPath. Call forRoot() once, in the root module: its guard covers every module. For a second Clerk instance, pass globalGuard: false and a different webhookPath.',
  );
}

function importsOf(modules: ModulesContainer, module: Type): readonly ImportedModule[] {
  return [...modules.values()].filter(({ metatype }) => metatype === module);
}
