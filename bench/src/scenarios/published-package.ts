import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A package in the npm registry, at one version. */
export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** `npm view NAME@VERSION dist.integrity` */
  readonly integrity: string;
}

/**
 * Downloads a package for bundling only; it is never run. As a dependency, it would be installed
 * for every developer, with a warning if its `engines` exclude their version of Node.
 *
 * @param folder in which a new folder for it is created
 * @returns the folder of the unpacked package
 */
export async function download(
  { name, version, integrity }: PublishedPackage,
  folder: string,
): Promise<string> {
  const cwd = await mkdtemp(join(folder, `${name}-`));
  await run('npm', ['pack', `${name}@${version}`, '--ignore-scripts', '--silent'], { cwd });
  const tarball = `${name}-${version}.tgz`;
  const hash = createHash('sha512').update(await readFile(join(cwd, tarball)));
  if (`sha512-${hash.digest('base64')}` !== integrity) {
    throw new Error(`${tarball} from the registry does not have the pinned integrity.`);
  }
  await run('tar', ['-xzf', tarball], { cwd });
  return join(cwd, 'package');
}
