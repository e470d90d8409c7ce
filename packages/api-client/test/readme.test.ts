import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const packageFolder = join(import.meta.dirname, '..');
const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)].map(
  ([, extension = '', code = ''], index) => ({
    file: join(packageFolder, 'test', `readme-example-${index + 1}.${extension}`),
    code,
  }),
);

/** @returns the errors that the compiler reports for files in memory */
function compile(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(packageFolder, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, packageFolder);
  const strict = {
    ...options,
    noEmit: true,
    jsx: ts.JsxEmit.ReactJSX,
    noUnusedLocals: true,
    // Resolve the package by its name, as its users do.
    paths: { '@populatte/api-client': [join(packageFolder, 'src/index.ts')] },
  };
  const host = ts.createCompilerHost(strict);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, version, ...rest) => {
    const code = files.get(path);
    return code === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, code, version);
  };
  const program = ts.createProgram([...files.keys()], strict, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('every TypeScript example of the README compiles', () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
  expect(compile(new Map(examples.map(({ file, code }) => [file, code])))).toEqual([]);
});

test('an example that does not compile is reported', () => {
  const file = join(packageFolder, 'test', 'readme-example-0.ts');
  const code = `import { createApiClient } from '@populatte/api-client';\ncreateApiClient({ url: '' });\n`;
  expect(compile(new Map([[file, code]]))).toEqual([expect.stringContaining('url')]);
});
