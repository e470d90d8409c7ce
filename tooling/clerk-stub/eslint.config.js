import { base, packageImports } from '@populatte/eslint-config';

export default [
  ...base(import.meta.dirname),
  ...packageImports(import.meta.dirname, { modules: ['@clerk/shared', 'jose'], node: true }),
];
