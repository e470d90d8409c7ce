#!/usr/bin/env node
/**
 * Generates a feature of the API: `npm run generate -- feature blog-post [--plural blog-posts]`.
 *
 * The files of `scripts/templates/feature` are copied with the feature's names, and the lines that
 * register them are added to existing files. It does not use Turborepo's own generator, which
 * downloads a package on each run.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  explainWriteErrors,
  formatFiles,
  parseCommandLine,
  requireDependencies,
} from './command.js';
import { nameProblem } from './generated-names.js';

const templates = fileURLToPath(new URL('./templates/feature/', import.meta.url));
const usage = `Usage: npm run generate -- feature NAME [--plural NAMES]

Generates a table with its endpoints and tests; see docs/guides/add-a-table.md. NAME is singular and
lower case, with hyphens between words: blog-post.

  --plural NAMES   the plural of the name (default: the name plus “s”)
  --help           this text
`;
const nameForm = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * @param {string} singular such as blog-post
 * @param {string} plural such as blog-posts
 * @returns {Record<string, string>} the value of each placeholder in a template
 */
function placeholders(singular, plural) {
  const upper = (/** @type {string} */ text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const pascal = (/** @type {string} */ name) => name.split('-').map(upper).join('');
  const camel = (/** @type {string} */ name) =>
    pascal(name).slice(0, 1).toLowerCase() + pascal(name).slice(1);
  const words = (/** @type {string} */ name) => name.replaceAll('-', ' ');
  const withArticle = `${/^[aeiou]/.test(singular) ? 'an' : 'a'} ${words(singular)}`;
  return {
    '«Note»': pascal(singular),
    '«Notes»': pascal(plural),
    '«note»': camel(singular),
    '«notes»': camel(plural),
    '«note-»': singular,
    '«notes-»': plural,
    '«note_»': singular.replaceAll('-', '_'),
    '«notes_»': plural.replaceAll('-', '_'),
    '«note words»': words(singular),
    '«notes words»': words(plural),
    '«Note words»': upper(words(singular)),
    '«a note»': withArticle,
    '«A note»': upper(withArticle),
  };
}

/**
 * The lines that register a feature, each with its file and the text before which it is inserted.
 * An empty text stands for the top of the file.
 *
 * @type {readonly (readonly [file: string, before: string, line: string])[]}
 */
const registrations = [
  [
    'packages/contracts/src/index.ts',
    "export { endpoints } from './endpoints.js';",
    "export { add«Note», delete«Note», list«Notes» } from './«notes-»/«notes-».endpoints.js';\n",
  ],
  [
    'packages/contracts/src/endpoints.ts',
    '',
    "import { add«Note», delete«Note», list«Notes» } from './«notes-»/«notes-».endpoints.js';\n",
  ],
  [
    'packages/contracts/src/endpoints.ts',
    '  users: {',
    '  «notes»: { list: list«Notes», add: add«Note», delete: delete«Note» },\n',
  ],
  [
    'packages/contracts/src/errors/error-code.ts',
    "  'payload_too_large',",
    "  '«note_»_exists',\n",
  ],
  [
    'apps/api/src/presentation/http/problem.filter.ts',
    '  payload_too_large: {',
    "  «note_»_exists: { status: 409, title: '«Note words» exists', isListed: true },\n",
  ],
  [
    'apps/api/src/infrastructure/database/schema.ts',
    'export { userPreferences }',
    "export { «notes» } from './«notes-».table.js';\n",
  ],
  [
    'apps/api/src/app.module.ts',
    'import { UsersModule }',
    "import { «Notes»Module } from './presentation/«notes-»/«notes-».module.js';\n",
  ],
  ['apps/api/src/app.module.ts', '    UsersModule,', '    «Notes»Module,\n'],
];

/** @returns {never} */
function refuse(/** @type {string} */ message, exitCode = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}

const { values, positionals } = parseCommandLine(
  { allowPositionals: true, options: { plural: { type: 'string' } } },
  usage,
);
const [kind, singular, ...rest] = positionals;
if (kind !== 'feature' || singular === undefined || rest.length > 0) refuse(usage.trimEnd(), 2);
const plural = values.plural ?? `${singular}s`;
for (const name of [singular, plural]) {
  if (!nameForm.test(name)) {
    refuse(`“${name}” is not a name: use lower case, with hyphens between words, as in blog-post.`);
  }
}
if (singular === plural)
  refuse('The plural must differ from the singular: set it with --plural NAMES.');

const names = placeholders(singular, plural);
const fill = (/** @type {string} */ text) =>
  text.replaceAll(/«[^»]+»/g, (placeholder) => {
    const value = names[placeholder];
    if (value === undefined) throw new Error(`Unknown placeholder in a template: ${placeholder}`);
    return value;
  });

requireDependencies(join(import.meta.dirname, '..'));
const found = await readdir(templates, { recursive: true, withFileTypes: true });
const files = found
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(templates.length));
const created = files.map((file) => ({ file, path: fill(file).replace(/\.template$/, '') }));
const taken = created.find(({ path }) => existsSync(path));
if (taken !== undefined) refuse(`${taken.path} already exists; nothing was changed.`);
const texts = await Promise.all(files.map((file) => readFile(join(templates, file), 'utf8')));
const problem = nameProblem(names, texts);
if (problem !== null) refuse(`“${singular}” cannot be generated: ${problem}`);

/**
 * The edited files' texts; nothing is written until every place has been found.
 *
 * @type {Map<string, string>}
 */
const edited = new Map();
for (const [path, before, line] of registrations) {
  const text = edited.get(path) ?? (await readFile(path, 'utf8'));
  const at = text.indexOf(before);
  if (at < 0) refuse(`${path} does not contain “${before}”; nothing was changed.`);
  edited.set(path, text.slice(0, at) + fill(line) + text.slice(at));
}
await explainWriteErrors(async () => {
  for (const { file, path } of created) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, fill(await readFile(join(templates, file), 'utf8')));
  }
  for (const [path, text] of edited) await writeFile(path, text);
});

const changed = [...created.map(({ path }) => path), ...edited.keys()];
formatFiles(changed);
process.stdout.write(
  [
    'Created:',
    ...created.map(({ path }) => `  ${path}`),
    'Edited:',
    ...[...edited.keys()].map((path) => `  ${path}`),
    'Next:',
    `  npm run db:generate -- --name ${plural.replaceAll('-', '_')}`,
    '  npx vitest run -u --root packages/contracts',
    '',
  ].join('\n'),
);
