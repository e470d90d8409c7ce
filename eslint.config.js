import { base } from '@populatte/eslint-config';

/** For the repository's own scripts; every workspace has its own config. */
export default [
  { ignores: ['apps/**', 'bench/**', 'packages/**', 'tooling/**', 'world/**'] },
  ...base(import.meta.dirname),
];
