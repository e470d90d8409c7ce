import next from '@next/eslint-plugin-next';
import { base } from '@populatte/eslint-config';
import reactHooks from 'eslint-plugin-react-hooks';

/** Imports that are never allowed: the API's code, and packages for development and tests only. */
const foreign = {
  group: ['@populatte/*', '!@populatte/api-client', '!@populatte/contracts'],
  message: 'The app imports no workspace but the contracts and the API client.',
};

const layer = (files, group, message) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: [foreign, { group, message }] }],
  },
});

export default [
  { ignores: ['.local/**', 'test-results/**', 'playwright-report/**'] },
  ...base(import.meta.dirname),
  // Playwright's fixtures call a function named `use`, which is not a hook.
  { ...reactHooks.configs.flat.recommended, ignores: ['e2e/**'] },
  {
    plugins: { '@next/next': next },
    rules: { ...next.configs.recommended.rules, ...next.configs['core-web-vitals'].rules },
  },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['e2e/**', 'test/**', 'playwright.config.ts', 'vitest.config.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [foreign] }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read it from env.ts instead.' },
      ],
    },
  },
  layer(
    ['lib/**/*.{ts,tsx}', 'components/ui/**/*.{ts,tsx}'],
    ['@/app/*', '@/features/*', '@/components/layout/*'],
    'General code must not import features or pages.',
  ),
  layer(['features/**/*.{ts,tsx}'], ['@/app/*'], 'Pages import features, not the other way round.'),
];
