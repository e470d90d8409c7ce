/* eslint-disable no-restricted-properties -- the one file that reads process.env */
import { EnvironmentError } from './environment-error.js';
import { mends } from './env.mends.js';
import { environmentSchema, type Environment } from './env.schema.js';

/**
 * Reads the environment, once, at the start.
 *
 * @param source the variables by name; an empty value counts as unset, space around a value is ignored
 * @throws EnvironmentError naming every variable that is missing or wrong, and its fix
 */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const set = Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) => {
      const trimmed = value?.trim() ?? '';
      return trimmed === '' ? [] : [[name, trimmed]];
    }),
  );
  const quoted = Object.keys(mends).filter(
    // A PEM is found between its markers, whatever is around it.
    (name) => name !== 'CLERK_JWT_KEY' && isQuoted(set[name]),
  );
  const parsed = environmentSchema.safeParse(set);
  if (parsed.success && quoted.length === 0) return parsed.data;

  const issues = (parsed.error?.issues ?? []).map((issue) => {
    const variable = String(issue.path[0]);
    const isMissing = issue.code !== 'custom' && !(variable in set);
    return {
      variable,
      problem: isMissing ? 'is missing' : issue.message,
      mend: mends[variable] ?? 'See .env.example.',
    };
  });
  throw new EnvironmentError([
    ...quoted.map((variable) => ({
      variable,
      problem: 'has quotes around its value',
      mend: 'Remove them: `docker --env-file` and most orchestrators pass them on as part of the value.',
    })),
    ...issues.filter(({ variable }) => !quoted.includes(variable)),
  ]);
}

function isQuoted(value: string | undefined): boolean {
  return value !== undefined && /^(["'`]).*\1$/s.test(value);
}
