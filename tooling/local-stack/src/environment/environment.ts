/* eslint-disable no-restricted-properties -- the one file that reads the environment */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Variables by name. One that is there is not empty. */
export type Environment = Readonly<Record<string, string>>;

/**
 * This process's environment, completed from `.env` at the repository's root. Variables of the
 * environment take precedence; an empty value counts as unset in both.
 *
 * @param outer the environment to complete
 */
export async function loadEnvironment(
  root: string,
  outer: NodeJS.ProcessEnv = process.env,
): Promise<Environment> {
  const file = await readFile(join(root, '.env'), 'utf8').catch(() => '');
  return { ...withoutEmpty(parseEnv(file)), ...withoutEmpty(outer) };
}

function withoutEmpty(variables: NodeJS.Dict<string>): Environment {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
    ),
  );
}
