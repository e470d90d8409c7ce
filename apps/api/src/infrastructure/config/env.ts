/* eslint-disable no-restricted-properties -- the one file that reads process.env */
import { EnvironmentError } from './environment-error.js';
import { mends } from './env.mends.js';
import { environmentSchema, type Environment } from './env.schema.js';

/**
 * Reads the environment, once, at the start.
 *
 * @param source the variables by name; an empty value counts as unset
 * @throws EnvironmentError naming every variable that is missing or wrong, and its mend
 */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const set = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = environmentSchema.safeParse(set);
  if (parsed.success) return parsed.data;

  throw new EnvironmentError(
    parsed.error.issues.map((issue) => {
      const variable = String(issue.path[0]);
      return {
        variable,
        problem: variable in set ? issue.message : 'is missing',
        mend: mends[variable] ?? 'See .env.example.',
      };
    }),
  );
}
