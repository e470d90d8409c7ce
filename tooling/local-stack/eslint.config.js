import { base, packageImports } from '@populatte/eslint-config';

export default [
  ...base(import.meta.dirname),
  ...packageImports(import.meta.dirname, {
    modules: [
      '@clerk/shared',
      '@populatte/clerk-local',
      '@populatte/embedded-postgres',
      '@populatte/process-kit',
      'pg',
      'zod',
    ],
    node: true,
  }),
];
