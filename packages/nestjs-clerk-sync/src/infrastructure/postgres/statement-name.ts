import { createHash } from 'node:crypto';

/**
 * A connection keeps one text for each name of a prepared statement: two tables on one pool, or two
 * releases behind one pooler, need two names.
 *
 * @param what the name for people, which is the part before `#`
 */
export function statementName(
  what: string,
  statement: { toSQL(): { readonly sql: string } },
): string {
  const { sql: text } = statement.toSQL();
  return `${what}#${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
