/* eslint-disable no-restricted-properties -- the one file that reads the environment */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { StackError } from '../stack/stack-error.js';

/** Variables by name. A variable that is present is not empty. */
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
  const file = await readDotEnv(join(root, '.env'));
  return { ...withoutEmpty(parseEnv(file)), ...withoutEmpty(outer) };
}

async function readDotEnv(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new StackError(`${path} cannot be read (${code}). Fix or remove it.`, { cause });
  }
}

function withoutEmpty(variables: NodeJS.Dict<string>): Environment {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
    ),
  );
}
