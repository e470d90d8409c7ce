import { base, packageImports } from '@populatte/eslint-config';

export default [
  ...base(import.meta.dirname),
  ...packageImports(import.meta.dirname, {
    modules: ['@hono/node-server', 'hono', 'hono/*', 'jose', 'standardwebhooks', 'zod'],
    node: true,
  }),
];
