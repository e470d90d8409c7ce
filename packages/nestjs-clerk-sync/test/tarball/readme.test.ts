import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EmbeddedPostgres, startTemporaryPostgres } from '@populatte/embedded-postgres';
import {
  acceptsConnections,
  ChildProgram,
  freePort,
  runProgram,
  until,
} from '@populatte/process-kit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { npm, packTarball } from './outside-application.js';
import { readmeSteps } from './readme-steps.js';

const clerkLocal = fileURLToPath(new URL('..', import.meta.resolve('@populatte/clerk-local')));

/** `npm run figures` writes them into the README. */
const results = fileURLToPath(new URL('../../test-results/walks.json', import.meta.url));
const walks: { application: string; seconds: number }[] = [];

let tarballs: readonly Awaited<ReturnType<typeof packTarball>>[] = [];
let postgres: EmbeddedPostgres;
let folder: string;
let servers: ChildProgram[] = [];

beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  tarballs = [await packTarball(), await packTarball(clerkLocal)];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop({ timeoutMs: 10_000 })));
  servers = [];
  await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await mkdir(dirname(results), { recursive: true });
  await writeFile(results, JSON.stringify({ node: process.version, cores: cpus().length, walks }));
  await Promise.all([postgres.remove(), ...tarballs.map((tarball) => tarball.remove())]);
});

/** The files that `nest new` creates, without linter, formatter and tests. */
async function newApplication(nest: 11 | 12, type: 'commonjs' | 'module'): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'clerk-sync-readme-'));
  const version = `^${nest}.0.0`;
  const manifest = {
    name: 'app',
    version: '0.0.1',
    private: true,
    type,
    scripts: { build: 'nest build', start: 'nest start' },
    dependencies: {
      '@nestjs/common': version,
      '@nestjs/core': version,
      '@nestjs/platform-express': version,
      'reflect-metadata': '^0.2.2',
      rxjs: '^7.8.1',
    },
    devDependencies: {
      '@nestjs/cli': version,
      '@nestjs/schematics': version,
      '@types/node': '^24.0.0',
      typescript: nest === 11 ? '^5.7.3' : '^6.0.2',
    },
  };
  const compilerOptions = {
    ...{ module: 'nodenext', moduleResolution: 'nodenext', target: 'ES2023', outDir: './dist' },
    ...{ esModuleInterop: true, isolatedModules: true, declaration: true, removeComments: true },
    ...{ emitDecoratorMetadata: true, experimentalDecorators: true, incremental: true },
    ...{ skipLibCheck: true, strictNullChecks: true, sourceMap: true },
    ...(nest === 12 && { strict: true, strictPropertyInitialization: false, rootDir: '.' }),
  };
  await write('package.json', JSON.stringify(manifest));
  await write('tsconfig.json', JSON.stringify({ compilerOptions }));
  const exclude = ['node_modules', 'test', 'dist', '**/*spec.ts'];
  await write('tsconfig.build.json', JSON.stringify({ extends: './tsconfig.json', exclude }));
  await write(
    'nest-cli.json',
    JSON.stringify({
      collection: '@nestjs/schematics',
      sourceRoot: 'src',
      compilerOptions: { deleteOutDir: true },
    }),
  );
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund'], folder);
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

test.each([
  { nest: 11, platform: 'express', type: 'commonjs' },
  { nest: 11, platform: 'fastify', type: 'module' },
  { nest: 12, platform: 'fastify', type: 'module' },
] as const)(
  'the README leads from a new application of Nest $nest ($platform, $type) to a signed-in request',
  async ({ nest, platform, type }) => {
    await newApplication(nest, type);
    if (platform === 'fastify') await npm(['install', `@nestjs/platform-fastify@${nest}`], folder);
    const database = await postgres.createDatabase(`readme_${nest}_${platform}`);
    const ports = { app: await freePort(), clerk: await freePort() };
    const env = { ...process.env, PORT: String(ports.app), NODE_ENV: 'development' };

    /** The packages are not published, and ports and the database are taken. */
    const here = (command: string): string =>
      command
        .replace('@populatte/nestjs-clerk-sync drizzle', `${tarballs[0]?.file ?? ''} drizzle`)
        .replace('@populatte/clerk-local', tarballs[1]?.file ?? '')
        .replace(/postgresql:[^']*/, database)
        .replace(/clerk-local (?=--)/, `clerk-local --port ${ports.clerk} `)
        .replace('localhost:3000', `127.0.0.1:${ports.app}`);

    let answer = '';
    const begin = performance.now();
    for (const step of await readmeSteps()) {
      if ('file' in step) {
        if (step.platform === null || step.platform === platform) await write(step.file, step.text);
        continue;
      }
      const server = /npm start|--seed/.exec(step.command)?.[0];
      const args = ['-euc', here(step.command)];
      if (server !== undefined) {
        servers.push(ChildProgram.start('bash', { args, cwd: folder, env }));
        const port = server === '--seed' ? ports.clerk : ports.app;
        await until('it listens', () => acceptsConnections(port), 120_000);
        continue;
      }
      const { code, output } = await runProgram('bash', args, {
        cwd: folder,
        env,
        timeoutMs: 180_000,
      });
      expect(code, `${step.command}\n${output}`).toBe(0);
      answer = output;
    }
    expect(answer).toMatch(/\{"id":"[0-9a-f-]{36}","plan":"free"\}/);
    walks.push({
      application: `Nest ${nest}, ${platform}, ${type}`,
      seconds: Math.round((performance.now() - begin) / 1000),
    });
  },
  600_000,
);
