import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, runProgram } from '@populatte/process-kit';
import { createUserTable } from '../support/create-user-table.js';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));
const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));

/** Milliseconds for npm, which may have to fetch packages. */
const npmTimeoutMs = 300_000;

/** An application outside this repository: its Nest version, platform and module format. */
export interface Variant {
  readonly name: string;
  readonly nest: string;
  readonly platform: 'express' | 'fastify';
  readonly entry: 'express.cjs' | 'fastify.mjs';
  /** Packages in addition to those of every application, with their version ranges. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** Runs npm as a user does. @throws Error with its output */
export async function npm(args: readonly string[], cwd: string): Promise<void> {
  // Excludes the settings of the npm process that runs this test, such as its workspace.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
  );
  const { code, output } = await runProgram('npm', args, {
    cwd,
    env,
    timeoutMs: npmTimeoutMs,
  });
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`);
}

/**
 * Packs this package, or another one, as it would be published.
 *
 * @returns the tarball's path
 */
export async function packTarball(source = packageFolder): Promise<{
  file: string;
  remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'clerk-sync-tarball-'));
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], source);
  const [name = ''] = await readdir(folder);
  return {
    file: join(folder, name),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * The tables of the fixtures, as the application's own migrations create them. The table of users refuses
 * some names.
 */
export const createTable = `
  ${createUserTable(
    'app_users',
    "plan text not null default 'free', outcome text, exact boolean, due boolean, source text",
    'version text',
  )}
  alter table app_users alter name type varchar(40),
    add constraint no_robots check (name <> 'Robot');
  create function refuse_ghosts() returns trigger language plpgsql as
    $$ begin raise exception 'Not %', new.email; end $$;
  create trigger refuse_ghosts before insert on app_users
    for each row when (new.name = 'Ghost') execute function refuse_ghosts();
  create table notes (user_id uuid not null references app_users);
  create table greetings (user_id uuid not null)`;

/** An application in a temporary folder, with the tarball installed. */
export class OutsideApplication {
  private readonly running: ChildProgram[] = [];

  private constructor(
    private readonly folder: string,
    private readonly entry: string,
  ) {}

  static async install(
    { nest, platform, entry, packages }: Variant,
    tarball: string,
  ): Promise<OutsideApplication> {
    const folder = await mkdtemp(join(tmpdir(), 'clerk-sync-application-'));
    await mkdir(folder, { recursive: true });
    const dependencies = {
      '@nestjs/common': nest,
      '@nestjs/core': nest,
      [`@nestjs/platform-${platform}`]: nest,
      '@populatte/nestjs-clerk-sync': `file:${tarball}`,
      '@types/pg': '^8.15.0',
      'drizzle-orm': '^0.45.0',
      pg: '^8.16.0',
      'reflect-metadata': '^0.2.0',
      rxjs: '^7.8.0',
      ...packages,
    };
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'outside', private: true, dependencies }),
    );
    await cp(fixtures, folder, { recursive: true });
    await npm(
      ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'],
      folder,
    );
    return new OutsideApplication(folder, entry);
  }

  /** Writes a file of the application, and creates its folder if necessary. */
  async write(file: string, text: string): Promise<void> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /**
   * Compiles files of the application as a new Nest project does, with the strictest options.
   *
   * @param options in addition to those
   * @returns the compiler's messages
   */
  async compile(
    files: readonly string[],
    {
      type,
      ...options
    }: { readonly type: 'commonjs' | 'module'; readonly [option: string]: unknown },
  ): Promise<string> {
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'es2023', noEmit: true, skipLibCheck: true },
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ experimentalDecorators: true, emitDecoratorMetadata: true, isolatedModules: true },
      ...options,
    };
    await this.write('src/package.json', JSON.stringify({ type }));
    await this.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
    const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
    const { output } = await runProgram(process.execPath, [compiler, '-p', this.folder], {
      cwd: this.folder,
      env: process.env,
      timeoutMs: 120_000,
    });
    return output;
  }

  /** Runs the application until it exits. */
  run(args: readonly string[], env: NodeJS.ProcessEnv): ReturnType<typeof runProgram> {
    return this.runNode([this.entry, ...args], env);
  }

  /** Runs Node in the application's folder. */
  runNode(args: readonly string[], env: NodeJS.ProcessEnv): ReturnType<typeof runProgram> {
    return runProgram(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, ...env },
      timeoutMs: 60_000,
    });
  }

  /** Starts a process of the application. @returns its address */
  async start(env: NodeJS.ProcessEnv): Promise<string> {
    const child = ChildProgram.start(process.execPath, {
      args: [this.entry],
      cwd: this.folder,
      env: { ...process.env, ...env },
    });
    this.running.push(child);
    await child.until('it listens', () => /listening at \S+/.test(child.stdout), {
      timeoutMs: 60_000,
    });
    return /listening at (\S+)/.exec(child.stdout)?.[1] ?? '';
  }

  /** What its running processes have logged. */
  get log(): string {
    return this.running.map(({ stdout, stderr }) => stdout + stderr).join('');
  }

  async remove(): Promise<void> {
    await Promise.all(this.running.map((child) => child.stop({ timeoutMs: 10_000 })));
    await rm(this.folder, { recursive: true, force: true });
  }
}
