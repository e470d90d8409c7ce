import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { plainEnglishRule } from './plain-english.js';
import { disabledRuleRule, swallowedErrorRule } from './stated-reasons.js';

/**
 * The rules of every workspace: type-checked, strict, with explicit return types.
 *
 * @param {string} rootDir the workspace's folder (`import.meta.dirname`), where its tsconfig is
 * @returns {import('eslint').Linter.Config[]} a flat config to spread
 */
export function base(rootDir) {
  return tseslint.config(
    { ignores: ['dist/**', '.next/**', 'coverage/**', 'next-env.d.ts'] },
    { linterOptions: { reportUnusedDisableDirectives: 'error' } },
    js.configs.recommended,
    {
      plugins: {
        populatte: {
          rules: {
            'plain-english': plainEnglishRule,
            'swallowed-error': swallowedErrorRule,
            'disabled-rule': disabledRuleRule,
          },
        },
      },
      rules: {
        'populatte/plain-english': 'error',
        'populatte/swallowed-error': 'error',
        'populatte/disabled-rule': 'error',
      },
    },
    {
      files: ['**/*.{ts,tsx,mts}'],
      extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
      languageOptions: {
        parserOptions: { projectService: true, tsconfigRootDir: rootDir },
      },
      rules: {
        '@typescript-eslint/explicit-function-return-type': [
          'error',
          { allowExpressions: true, allowTypedFunctionExpressions: true },
        ],
        '@typescript-eslint/explicit-module-boundary-types': 'error',
        '@typescript-eslint/switch-exhaustiveness-check': [
          'error',
          { considerDefaultExhaustiveForUnions: true },
        ],
        // Nest modules and their decorated classes are often empty on purpose.
        '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
        // Numbers are safe to print; everything else must be turned into text on purpose.
        '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
        '@typescript-eslint/no-unused-vars': [
          'error',
          { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
        ],
        // Nest declares its options as classes, and takes plain objects.
        '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
        eqeqeq: 'error',
        'no-console': 'error',
      },
    },
    {
      files: ['**/*.{ts,tsx,mts}'],
      rules: {
        '@typescript-eslint/naming-convention': [
          'error',
          {
            selector: 'variable',
            modifiers: ['const', 'global'],
            format: null,
            custom: { regex: '^[A-Z][A-Z0-9_]+$', match: false },
          },
          // Named by the object that it comes from.
          { selector: 'variable', modifiers: ['const', 'global', 'destructured'], format: null },
        ],
      },
    },
    {
      // Only one file per workspace may read the environment; it disables this rule.
      files: ['src/**/*.{ts,tsx}'],
      rules: {
        'no-restricted-properties': [
          'error',
          {
            object: 'process',
            property: 'env',
            message: 'Read it from the parsed environment instead.',
          },
        ],
      },
    },
    {
      // Tests pass incomplete and wrong values on purpose.
      files: ['**/*.{ts,tsx}'],
      ignores: ['test/**', 'e2e/**'],
      rules: {
        'no-restricted-syntax': [
          'error',
          {
            selector:
              'TSAsExpression:matches([typeAnnotation.type="TSNeverKeyword"], [expression.typeAnnotation.type="TSUnknownKeyword"])',
            message: 'Parse the value or fix its type: this cast hides every type error.',
          },
        ],
      },
    },
    {
      // A pool without a listener for errors ends the process if its server ends first.
      files: ['test/**/*.ts'],
      rules: {
        'no-restricted-syntax': [
          'error',
          {
            selector: 'NewExpression[callee.property.name="Pool"]',
            message: 'Use openPool of @populatte/embedded-postgres.',
          },
        ],
      },
    },
    {
      files: ['**/*.{js,mjs}'],
      extends: [tseslint.configs.disableTypeChecked],
      languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    },
  );
}
