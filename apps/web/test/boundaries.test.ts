import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const eslint = new ESLint({ cwd: root });

/** @returns the rules that the code violates in the given file, which must exist */
async function brokenRules(file: string, code: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(code, { filePath: join(root, file) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

describe('imports of the app', { timeout: 300_000 }, () => {
  it.each(['@populatte/api', '@populatte/clerk-local', '@populatte/local-stack'])(
    'must not include %s',
    async (name) => {
      expect(await brokenRules('env.ts', `import '${name}';\n`)).toContain('no-restricted-imports');
    },
  );

  it('must not include features in general code', async () => {
    const code = `import '@/features/account/account-panel';\n`;
    expect(await brokenRules('lib/cn.ts', code)).toContain('no-restricted-imports');
  });

  it('may include the contracts and the API client', async () => {
    const code = `import '@populatte/contracts';\nimport '@populatte/api-client';\n`;
    expect(await brokenRules('env.ts', code)).not.toContain('no-restricted-imports');
  });
});

it('only env.ts reads the environment', { timeout: 300_000 }, async () => {
  const code = 'export const mode = process.env.NODE_ENV;\n';
  expect(await brokenRules('lib/cn.ts', code)).toContain('no-restricted-properties');
});
