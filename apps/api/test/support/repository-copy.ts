import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const run = promisify(execFile);

/** What the API is built of. */
const copied = [
  'tooling/tsconfig',
  'packages/contracts/src',
  'packages/contracts/test',
  'packages/contracts/vitest.config.ts',
  'packages/contracts/package.json',
  'packages/contracts/tsconfig.build.json',
  'apps/api/src',
  'apps/api/drizzle',
  'apps/api/package.json',
  'apps/api/tsconfig.build.json',
];

/** A copy of the repository's API and contracts, to be changed and built without touching them. */
export class RepositoryCopy {
  private constructor(readonly folder: string) {}

  static async make(): Promise<RepositoryCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'populatte-copy-'));
    for (const path of copied)
      await cp(join(repository, path), join(folder, path), { recursive: true });
    await linkModules(folder);
    return new RepositoryCopy(folder);
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  /** @throws Error when the file does not hold what is to be replaced */
  async edit(path: string, from: string, to: string): Promise<void> {
    const text = await readFile(join(this.folder, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} does not hold “${from}”.`);
    await writeFile(join(this.folder, path), text.replace(from, to));
  }

  /** Compiles contracts, then the API, and rejects with what the compiler says. */
  async build(): Promise<void> {
    const compiler = join(repository, 'node_modules/typescript/bin/tsc');
    for (const workspace of ['packages/contracts', 'apps/api']) {
      const project = join(this.folder, workspace, 'tsconfig.build.json');
      await run(process.execPath, [compiler, '-p', project]).catch((error: unknown) => {
        const output = error instanceof Error && 'stdout' in error ? error.stdout : error;
        throw new Error(`${workspace} does not compile:\n${String(output)}`);
      });
    }
  }

  /** Runs the contracts' tests. @throws Error with their output when one fails */
  async testContracts(options: readonly string[]): Promise<void> {
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    await run(process.execPath, [vitest, 'run', ...options], {
      cwd: join(this.folder, 'packages/contracts'),
    });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** The repository's packages, those that npm nested in a workspace too, but the copy's workspaces. */
async function linkModules(folder: string): Promise<void> {
  const modules = join(repository, 'node_modules');
  await mkdir(join(folder, 'node_modules/@populatte'), { recursive: true });
  for (const name of await readdir(modules)) {
    if (name === '@populatte' || name.startsWith('.')) continue;
    await symlink(join(modules, name), join(folder, 'node_modules', name));
  }
  for (const workspace of ['packages/contracts', 'apps/api']) {
    const nested = join(workspace, 'node_modules');
    if (existsSync(join(repository, nested))) {
      await symlink(join(repository, nested), join(folder, nested));
    }
  }
  for (const workspace of ['packages/contracts', 'tooling/tsconfig']) {
    const link = join(folder, 'node_modules/@populatte', basename(workspace));
    await symlink(join(folder, workspace), link);
  }
}
