import { join, relative } from 'node:path';

/** Words that this project does not use in comments, texts and documents, and what to write instead. */
const banned = [
  [/\bmend(?:s|ed|ing)?\b/gi, 'fix'],
  [/\banew\b/gi, 'again'],
  [/\b(?:whoever|whomever)\b/gi, 'the user, caller or process who …'],
  [/\b(?:somebody|everybody)\b/gi, 'a user, every caller, another process'],
  // The account `nobody` is written in quotes or backticks.
  [/(?<!["'“])\bnobody\b(?!["'”])/gi, 'no user, no caller, no process'],
  [/\bthose who\b/gi, 'the users who'],
  [/\bheard\b/gi, 'received, notified'],
  [/\b(?:is|are|be|was|were) told\b(?! to\b)/gi, 'is notified, receives'],
  [/\bovert(?:akes?|aken|aking|ook)\b/gi, 'invalidated, superseded'],
  [/\brecall(?:s|ed|ing)?\b/gi, 'cached, peek'],
  [/\b(?:im)?patience\b/gi, 'timeout'],
  [/\bfor good\b/gi, 'permanently'],
  [/\bto the letter\b/gi, 'exactly'],
  [/\bin the midst\b/gi, 'during'],
  [/\blast words\b/gi, 'last output'],
  [/\b(?:tr(?:y|ies|ying)|goes) on\b/gi, 'retries, continues'],
  [
    /(?:µs|\bms|\bbytes?|\bstatements?|\bquer(?:y|ies)|\blookups?|\bconnections?) an? (?:request|user|token|row|process)\b/gi,
    'per request',
  ],
  [/\bof [A-Z]\w+[’']s(?=[.,;:)]|$)/g, 'Fastify’s reply, not “a reply of Fastify’s”'],
];

/**
 * Exempt paths: the results of the last bench run. A path may name a file or a folder, relative to
 * the repository's root.
 */
export const notYetPlain = ['bench/results'];

const root = join(import.meta.dirname, '../../..');

/** @param {string} file an absolute path, or one relative to the repository's root */
export function isNotYetPlain(file) {
  const path = file.startsWith('/') ? relative(root, file) : file;
  return notYetPlain.some((entry) => path === entry || path.startsWith(`${entry}/`));
}

/**
 * Finds banned words in prose. Code in backticks is not prose.
 *
 * @param {string} text
 * @returns {{ index: number, word: string, instead: string }[]} in the order of the text
 * @example findBannedWords('Mend it.') // [{ index: 0, word: 'Mend', instead: 'fix' }]
 */
export function findBannedWords(text) {
  const prose = text.replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
  return banned
    .flatMap(([pattern, instead]) =>
      [...prose.matchAll(pattern)].map(({ 0: word, index }) => ({ index, word, instead })),
    )
    .sort((one, other) => one.index - other.index);
}

/**
 * The prose of a Markdown document, with blank lines where fenced code and HTML comments were, so
 * that line numbers stay correct.
 *
 * @param {string} markdown
 */
export function proseOf(markdown) {
  const blank = (block) => block.replace(/[^\n]/g, ' ');
  return markdown.replace(/^```[\s\S]*?^```$|<!--[\s\S]*?-->|\]\([^)]*\)/gm, blank);
}

/** ESLint rule: comments, texts with a space in them, and text between JSX tags use no banned word. */
export const plainEnglishRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'bans a short list of words that make English hard to read' },
    messages: { banned: 'Do not write “{{ word }}”. Instead: {{ instead }}.' },
    schema: [],
  },
  create(context) {
    if (isNotYetPlain(context.filename)) return {};
    const { sourceCode } = context;
    // Without a space a literal is a name, a path or a code, and not prose.
    const isProse = (text) => /\s/.test(text.trim());

    function check(text, start) {
      for (const { index, word, instead } of findBannedWords(text)) {
        context.report({
          loc: {
            start: sourceCode.getLocFromIndex(start + index),
            end: sourceCode.getLocFromIndex(start + index + word.length),
          },
          messageId: 'banned',
          data: { word, instead },
        });
      }
    }

    const checkNode = (node) => check(sourceCode.getText(node), node.range[0]);
    return {
      Program() {
        for (const comment of sourceCode.getAllComments())
          check(comment.value, comment.range[0] + 2);
      },
      Literal(node) {
        if (typeof node.value === 'string' && isProse(node.value)) checkNode(node);
      },
      TemplateLiteral(node) {
        if (!isProse(node.quasis.map(({ value }) => value.raw).join(''))) return;
        for (const quasi of node.quasis) check(quasi.value.raw, quasi.range[0] + 1);
      },
      JSXText: checkNode,
    };
  },
};
