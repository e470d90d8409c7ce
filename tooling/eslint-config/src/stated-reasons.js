/** Values that do not describe the error. A text such as `'refused'` does. */
const isEmpty = (node) =>
  (node.type === 'Literal' && (typeof node.value !== 'string' || node.value === '')) ||
  (node.type === 'Identifier' && node.name === 'undefined') ||
  (node.type === 'ArrayExpression' && node.elements.length === 0) ||
  (node.type === 'ObjectExpression' && node.properties.length === 0) ||
  (node.type === 'BlockStatement' && node.body.length === 0);

const swallows = (handler) =>
  handler?.type === 'ArrowFunctionExpression' &&
  handler.params.length === 0 &&
  isEmpty(handler.body);

/**
 * ESLint rule: `.catch(() => undefined)` has a comment that says why the error does not matter. The
 * comment is above the statement, inside it, or at the end of its line. (`no-empty` requires the
 * same of an empty `catch` block.)
 */
export const swallowedErrorRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'requires a reason for each rejection that is discarded' },
    messages: { unexplained: 'Say in a comment why this error does not matter, or handle it.' },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;

    function statementAround(node) {
      const inner = [...sourceCode.getAncestors(node)].reverse();
      return inner.find(({ type }) => /Statement$|Declaration$|PropertyDefinition$/.test(type));
    }

    function isExplained(statement) {
      const { start, end } = statement.loc;
      return sourceCode
        .getAllComments()
        .some(({ loc }) => loc.end.line >= start.line - 1 && loc.start.line <= end.line);
    }

    return {
      'CallExpression[callee.property.name="catch"]'(node) {
        if (!swallows(node.arguments[0]) || isExplained(statementAround(node) ?? node)) return;
        context.report({ node: node.callee.property, messageId: 'unexplained' });
      },
    };
  },
};

/** ESLint rule: a comment that disables other rules ends with ` -- ` and the reason. */
export const disabledRuleRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'requires a reason for each rule that a comment disables' },
    messages: { unexplained: 'Say why: `eslint-disable… rule -- the reason`.' },
    schema: [],
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value))
            context.report({ loc: comment.loc, messageId: 'unexplained' });
        }
      },
    };
  },
};
