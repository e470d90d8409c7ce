import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Skip } from '../environment.js';
import { searchPath } from './machine-environment.js';

const folders = [...searchPath.split(delimiter), '/usr/sbin', '/sbin'];

/** @returns the path of an installed program, or `undefined` */
export function findProgram(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * @param debianPackage named in the reason when the program is missing
 * @throws Skip
 */
export function requireProgram(name: string, debianPackage = name): string {
  const found = findProgram(name);
  if (found === undefined) {
    throw new Skip(`${name} is not installed (apt-get install ${debianPackage})`);
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
