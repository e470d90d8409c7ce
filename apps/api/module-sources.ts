import { fileURLToPath } from 'node:url';

const module = fileURLToPath(new URL('../../packages/nestjs-clerk-sync/', import.meta.url));

/**
 * Aliases to the module's sources and to its test support, as in tsconfig.json: tests reach what the
 * module does not export, and see changes without a build.
 */
export const moduleSources = [
  { find: /^@populatte\/nestjs-clerk-sync$/, replacement: `${module}src/index.ts` },
  { find: /^@populatte\/nestjs-clerk-sync\/internal$/, replacement: `${module}src/internal.ts` },
  {
    find: /^@populatte\/nestjs-clerk-sync\/((?:src|test)\/.*)\.js$/,
    replacement: `${module}$1.ts`,
  },
];
