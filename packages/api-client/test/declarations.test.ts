import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const packageFolder = join(import.meta.dirname, '..');
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  typeRoots: [join(packageFolder, '../../node_modules/@types')],
};

const application = `
import { createApiClient } from './index.js';
const api = createApiClient({
  baseUrl: 'https://api.example.com',
  getToken: async () => null,
  fetch: (url, init) => fetch(url, init),
});
export const me = api.users.me({ headers: { 'x-a': 'b', 'x-c': undefined } });
// @ts-expect-error a header is a text
export const wrong = api.users.me({ headers: { 'x-a': 5 } });
`;

/** @returns the package's declarations, as a build writes them, by path */
function declarations(): Map<string, string> {
  const emitted = new Map<string, string>();
  const program = ts.createProgram([join(packageFolder, 'src/index.ts')], {
    ...options,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(packageFolder, 'src'),
    outDir: join(packageFolder, 'test/declarations'),
  });
  program.emit(undefined, (path, text) => emitted.set(path, text));
  return emitted;
}

test('an application without the DOM library and without skipLibCheck compiles', () => {
  const main = join(packageFolder, 'test/declarations/main.ts');
  const files = declarations().set(main, application);
  const all = { ...options, noEmit: true, lib: ['lib.es2023.d.ts'], types: ['node'] };
  const host = ts.createCompilerHost(all);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  const directoryExists = host.directoryExists?.bind(host);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.directoryExists = (path) =>
    path.endsWith('test/declarations') || directoryExists?.(path) === true;
  const errors = ts.getPreEmitDiagnostics(ts.createProgram([main], all, host));
  expect(
    errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  ).toEqual([]);
});

test('applications with TypeScript 5.0 compile: before 5.2, a tuple has names for all members or none', () => {
  const mixed: string[] = [];
  for (const [path, text] of declarations()) {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      const named = ts.isTupleTypeNode(node) ? node.elements.filter(ts.isNamedTupleMember) : [];
      if (ts.isTupleTypeNode(node) && named.length % node.elements.length !== 0) {
        mixed.push(node.getText());
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(mixed).toEqual([]);
});
