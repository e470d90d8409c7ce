import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/**
 * React Native's engine miscompiles async functions whose parameters are rest parameters, are
 * destructured or have defaults: the caller gets undefined (facebook/hermes#1761 and #2030).
 *
 * @returns the first line of each such function
 */
function miscompiled(file: string, code: string): string[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isAsync =
      ts.isFunctionLike(node) &&
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
    const isSimple = ({ name, initializer, dotDotDotToken }: ts.ParameterDeclaration): boolean =>
      ts.isIdentifier(name) && initializer === undefined && dotDotDotToken === undefined;
    if (isAsync && !node.parameters.every(isSimple)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no async function has parameters that React Native miscompiles', () => {
  const folder = join(import.meta.dirname, '../src');
  const found = readdirSync(folder).flatMap((file) =>
    miscompiled(file, readFileSync(join(folder, file), 'utf8')),
  );
  expect(found).toEqual([]);
});

test.each([
  'const call = async (...args) => args;',
  'const call = async (input = {}) => input;',
  'async function call({ signal }) {}',
  'const api = { async call([first]) {} };',
])('reports %s', (code) => {
  expect(miscompiled('a.ts', code)).toEqual(['a.ts:1']);
});

test.each(['const call = async (input) => input;', 'const call = (input = {}) => input;'])(
  'allows %s',
  (code) => {
    expect(miscompiled('a.ts', code)).toEqual([]);
  },
);
