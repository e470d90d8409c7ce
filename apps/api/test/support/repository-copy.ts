import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const run = promisify(execFile);

/** The files that the API's build, the guides and the generators need. */
const copied = [
  'package.json',
  '.prettierrc.json',
  'scripts',
  'tooling/tsconfig',
  'packages/contracts/src',
  'packages/contracts/test',
  'packages/contracts/vitest.config.ts',
  'packages/contracts/package.json',
  'packages/contracts/tsconfig.json',
  'packages/contracts/tsconfig.build.json',
  'apps/api/bin',
  'apps/api/src',
  'apps/api/test',
  'apps/api/drizzle',
  'apps/api/drizzle.config.ts',
  'apps/api/vitest.config.ts',
  'apps/api/module-sources.ts',
  'apps/api/package.json',
  'apps/api/tsconfig.json',
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

  /** @throws Error if the file does not contain the text to replace */
  async edit(path: string, from: string, to: string): Promise<void> {
    const text = await readFile(join(this.folder, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} does not contain “${from}”.`);
    await writeFile(join(this.folder, path), text.replace(from, to));
  }

  /** Compiles the contracts, then the API; rejects with the compiler's output. */
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

  /**
   * Runs a command line of a guide at the copy's root.
   *
   * @returns its output
   * @throws Error with its output when it fails
   */
  async run(line: string): Promise<string> {
    // Unlike this run, not limited to the slow tests: a reader of the guide can run any file.
    const options = { cwd: this.folder, env: { ...process.env, TESTS: '' } };
    try {
      return stripVTControlCharacters((await run('sh', ['-c', line], options)).stdout);
    } catch (error) {
      const output = error instanceof Error && 'stdout' in error ? error.stdout : '';
      throw new Error(`${line} failed:\n${stripVTControlCharacters(String(output))}`, {
        cause: error,
      });
    }
  }

  /** @returns the type errors of the API with its tests, as text; empty if there are none */
  async typecheck(): Promise<string> {
    const compiler = join(repository, 'node_modules/typescript/bin/tsc');
    const args = [compiler, '--noEmit', '-p', join(this.folder, 'apps/api/tsconfig.json')];
    return run(process.execPath, args).then(
      () => '',
      (error: unknown) =>
        error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error),
    );
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
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

/** The workspaces of the copy; the others are the repository's built ones. */
const ownWorkspaces = ['packages/contracts', 'apps/api', 'tooling/tsconfig'];

/** Links the repository's packages, including those nested in a workspace, and the workspaces. */
async function linkModules(folder: string): Promise<void> {
  const modules = join(repository, 'node_modules');
  await mkdir(join(folder, 'node_modules/@populatte'), { recursive: true });
  for (const name of await readdir(modules)) {
    if (name === '@populatte' || (name.startsWith('.') && name !== '.bin')) continue;
    await symlink(join(modules, name), join(folder, 'node_modules', name));
  }
  for (const workspace of ownWorkspaces) {
    const nested = join(workspace, 'node_modules');
    if (existsSync(join(repository, nested))) {
      await symlink(join(repository, nested), join(folder, nested));
    }
  }
  // Some tests read the module's sources.
  const module = 'packages/nestjs-clerk-sync';
  await symlink(join(repository, module), join(folder, module));
  const own = new Map(ownWorkspaces.map((workspace) => [basename(workspace), workspace]));
  for (const name of await readdir(join(modules, '@populatte'))) {
    const workspace = own.get(name);
    const target =
      workspace === undefined ? join(modules, '@populatte', name) : join(folder, workspace);
    await symlink(target, join(folder, 'node_modules/@populatte', name));
  }
}
