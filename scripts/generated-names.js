import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';

/**
 * PostgreSQL truncates identifiers to 63 bytes, and the longest suffix of a constraint's name has 22.
 */
const maxLength = 40;

const schema = 'apps/api/src/infrastructure/database/schema.ts';

/**
 * Explains why a feature with these names would not compile or start.
 *
 * @param {Readonly<Record<string, string>>} names the value of each placeholder
 * @param {readonly string[]} templates their texts
 * @returns {string | null}
 */
export function nameProblem(names, templates) {
  const { '«note»': one = '', '«notes»': many = '', '«notes-»': path = '' } = names;
  if (path.length > maxLength)
    return `“${path}” is too long: a plural has at most ${maxLength} characters.`;
  const reserved = [one, many].find((name) => !isVariable(name));
  if (reserved !== undefined)
    return `“${reserved}” is a reserved word of JavaScript. Choose another name.`;
  if (identifiersOf(readFileSync(schema, 'utf8')).includes(many)) {
    return `${schema} already has “${many}”. Choose another plural.`;
  }
  const used = conflict(names, templates);
  return used === null
    ? null
    : `the generated code uses “${used}” for something else. Choose another name.`;
}

/** @returns {boolean} whether a strict module can declare it */
function isVariable(/** @type {string} */ name) {
  try {
    new Script(`'use strict'; const ${name} = 0;`);
    return name !== 'await';
  } catch {
    return false;
  }
}

/**
 * Returns an identifier that the templates contain both literally and by a placeholder, or null.
 *
 * @param {Readonly<Record<string, string>>} names
 * @param {readonly string[]} templates
 */
function conflict(names, templates) {
  for (const template of templates) {
    const identifiers = identifiersOf(template);
    const own = identifiers.filter((each) => !each.includes('«'));
    for (const each of identifiers.filter((name) => name.includes('«'))) {
      const filled = each.replaceAll(/«[^»]+»/g, (placeholder) => names[placeholder] ?? '');
      if (own.includes(filled)) return filled;
    }
  }
  return null;
}

/** @returns {readonly string[]} the identifiers of code, without those in comments and strings */
function identifiersOf(/** @type {string} */ text) {
  const code = text.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*|'[^'\n]*'|`[^`]*`/gs, '');
  return code.match(/(?:«[^»]+»|[\w$])+/g) ?? [];
}
