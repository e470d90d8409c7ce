import type { z } from 'zod';

/** A missing or invalid variable. The message names the variable and the fix, but not the value. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * Parses variables; an empty value counts as unset.
 *
 * @param hints how to fix each variable
 * @throws EnvironmentError naming every variable that is wrong
 */
export function parseVariables<Schema extends z.ZodType>(
  schema: Schema,
  variables: Readonly<Record<string, string | undefined>>,
  hints: Readonly<Record<string, string>>,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const names = [...new Set(result.error.issues.map(({ path }) => String(path[0])))];
  const lines = names.map((name) => {
    const state = given[name] === undefined ? 'is not set' : 'is not valid';
    return `${name} ${state}. ${hints[name] ?? ''}`.trimEnd();
  });
  throw new EnvironmentError(lines.join('\n'));
}
