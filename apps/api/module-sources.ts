import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../packages/nestjs-clerk-sync/src/', import.meta.url));

/**
 * Aliases to the module's sources, as in tsconfig.json: tests reach what the module does not export,
 * and see changes without a build.
 */
export const moduleSources = [
  { find: /^@populatte\/nestjs-clerk-sync$/, replacement: `${sources}index.ts` },
  { find: /^@populatte\/nestjs-clerk-sync\/internal$/, replacement: `${sources}internal.ts` },
  { find: /^@populatte\/nestjs-clerk-sync\/src\/(.*)\.js$/, replacement: `${sources}$1.ts` },
];
