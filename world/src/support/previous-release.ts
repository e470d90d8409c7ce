import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@populatte/process-kit';
import { z } from 'zod';
import { Skip } from '../environment.js';
import { home, searchPath } from '../tools/machine-environment.js';
import type { TestContext } from '../test-context.js';

/** A built copy of the repository before its last migration. */
export interface PreviousRelease {
  readonly root: string;
  readonly commit: string;
}

const migrations = 'apps/api/drizzle/meta/_journal.json';

/**
 * Builds the API of the newest commit without the last migration, in a separate folder.
 *
 * @throws Skip if the history is absent or too short
 */
export async function buildPreviousRelease(context: TestContext): Promise<PreviousRelease> {
  const commit = await previousCommit(context.root);
  const root = await context.makeFolder();
  context.progress(`building the API of ${commit.slice(0, 9)}`);
  const archive = join(root, 'release.tar');
  await run(context.root, ['git', 'archive', '--output', archive, commit]);
  await run(root, ['tar', '-xf', archive]);
  if (await hasSamePackages(context.root, root)) await linkPackages(context.root, root);
  else await run(root, ['npm', 'ci', '--no-audit', '--no-fund', '--prefer-offline']);
  await run(root, ['npm', 'run', 'build', '--', '--filter=@populatte/api']);
  return { root, commit };
}

async function previousCommit(root: string): Promise<string> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const { code, output } = await runProgram('git', args, { cwd: root, timeoutMs: 30_000 });
    return code === 0 ? output.trim() : undefined;
  };
  // A checkout without .git may be inside another repository.
  if (!existsSync(join(root, '.git'))) throw new Skip('this is not a git repository');
  // The migration is uncommitted, so the last commit does not have it.
  if ((await git('diff', '--quiet', 'HEAD', '--', migrations)) === undefined) {
    return (await git('rev-parse', 'HEAD')) ?? '';
  }
  const last = await git('log', '-1', '--format=%H', '--', migrations);
  const before = await git('rev-parse', '--verify', '--quiet', `${last ?? ''}^`);
  if (before !== undefined && before !== '') return before;
  const shallow = (await git('rev-parse', '--is-shallow-repository')) === 'true';
  throw new Skip(
    shallow
      ? 'the git history is shallow: git fetch --unshallow'
      : 'no commit lacks the last migration',
  );
}

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), link: z.boolean().optional() }),
  ),
});

/** Whether every package of the release is installed here, in the same version at the same place. */
async function hasSamePackages(root: string, release: string): Promise<boolean> {
  const read = async (folder: string): Promise<z.infer<typeof lockFile>['packages']> =>
    lockFile.parse(JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'))).packages;
  const [here, there] = await Promise.all([read(root), read(release)]);
  return Object.entries(there)
    .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
    .every(([path, { version }]) => here[path]?.version === version);
}

/**
 * Installs the release with links to the packages of this checkout, but uses its own workspaces.
 */
async function linkPackages(root: string, release: string): Promise<void> {
  await mkdir(join(release, 'node_modules/@populatte'), { recursive: true });
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name === '@populatte' || name === '.cache') continue;
    await symlink(join(root, 'node_modules', name), join(release, 'node_modules', name));
  }
  const workspaces = join('node_modules', '@populatte');
  for (const name of await readdir(join(root, workspaces))) {
    const target = await readlink(join(root, workspaces, name));
    await symlink(target, join(release, workspaces, name));
    const folder = join(workspaces, target);
    const own = join(root, folder, 'node_modules');
    if (existsSync(own) && existsSync(join(release, folder))) {
      await symlink(own, join(release, folder, 'node_modules'));
    }
  }
}

async function run(cwd: string, [program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const env = { PATH: searchPath, HOME: home, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
  const { code, output } = await runProgram(program, args, { cwd, env, timeoutMs: 600_000 });
  if (code === 0) return;
  throw new Error(`“${program} ${args.join(' ')}” failed: ${output.slice(-1_500)}`);
}
