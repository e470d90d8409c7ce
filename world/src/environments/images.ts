import { cp, lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChildProgram, freePort, runProgram } from '@populatte/process-kit';
import type { Environment } from '../environment.js';
import { createDatabase } from '../support/databases.js';
import { parseCommand, parseEnv, readDockerfile, type Stage } from '../support/dockerfile.js';
import { send } from '../support/http.js';
import { home, searchPath } from '../tools/machine-environment.js';
import type { TestContext } from '../test-context.js';

/**
 * Runs the build steps of the Dockerfiles in clean folders, with this machine's Node instead of the
 * base image.
 */
export const images: Environment[] = [
  { name: 'images: the steps of deploy/api.Dockerfile, started read-only', run: buildApi },
  { name: 'images: the steps of deploy/web.Dockerfile, started read-only', run: buildWeb },
];

async function buildApi(context: TestContext): Promise<string> {
  const image = await buildImage(context, 'api', {});
  const server = await context.postgres();
  const database = await createDatabase(server);
  const port = await freePort();
  const started = await startImage(context, image, {
    ...context.clerk.environment(),
    DATABASE_URL: server.urlOf(database),
    PORT: String(port),
  });
  const { status } = await send(`http://127.0.0.1:${port}/users/me`);
  if (status !== 401) throw new Error(`/users/me without a token is ${status}`);
  return started;
}

async function buildWeb(context: TestContext): Promise<string> {
  const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '' } = context.clerk.environment();
  const image = await buildImage(context, 'web', {
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: CLERK_PUBLISHABLE_KEY,
    NEXT_PUBLIC_API_URL: 'https://api.example.com',
  });
  const port = await freePort();
  const started = await startImage(context, image, {
    CLERK_SECRET_KEY,
    WEB_URL: 'https://app.example.com',
    PORT: String(port),
  });
  const page = await send(`http://127.0.0.1:${port}/`, { headers: { host: 'app.example.com' } });
  const style = /href="(\/_next\/static\/[^"]+\.css)"/.exec(page.text)?.[1];
  if (page.status !== 200 || style === undefined)
    throw new Error(`the home page is ${page.status}`);
  const { status } = await send(`http://127.0.0.1:${port}${style}`);
  if (status !== 200) throw new Error(`${style} is ${status}`);
  return started;
}

/** The image's file system and configuration. */
interface Image {
  /** Of WORKDIR. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...string[]];
  readonly healthCheck: readonly [string, ...string[]];
}

/** @param args of the build, as `--build-arg` */
async function buildImage(
  context: TestContext,
  name: string,
  args: Readonly<Record<string, string>>,
): Promise<Image> {
  const stages = await readDockerfile(join(context.root, `deploy/${name}.Dockerfile`));
  const built = new Map<string, string>();
  let image: Image | undefined;
  for (const stage of stages) {
    const root = await context.makeFolder();
    image = await buildStage(context, stage, { root, built, args });
    if (stage.name !== undefined) built.set(stage.name, root);
  }
  if (image === undefined) throw new Error('the Dockerfile has no stage');
  return image;
}

interface StageContext {
  /** The folder that represents the root of the stage's file system. */
  readonly root: string;
  readonly built: ReadonlyMap<string, string>;
  readonly args: Readonly<Record<string, string>>;
}

async function buildStage(
  context: TestContext,
  { instructions }: Stage,
  { root, built, args }: StageContext,
): Promise<Image> {
  let folder = root;
  let command: [string, ...string[]] | undefined;
  let healthCheck: [string, ...string[]] | undefined;
  const env: Record<string, string> = {};
  const given: Record<string, string> = {};
  for (const { name, rest } of instructions) {
    switch (name) {
      case 'WORKDIR':
        folder = join(root, rest);
        await mkdir(folder, { recursive: true });
        break;
      case 'ENV':
        Object.assign(env, parseEnv(rest));
        break;
      case 'ARG':
        given[rest] = args[rest] ?? '';
        break;
      case 'COPY':
        await copy(context, rest, { folder, built });
        break;
      case 'RUN':
        context.progress(rest);
        await runStep(rest, folder, { ...env, ...given });
        break;
      case 'CMD':
        command = parseCommand(rest);
        break;
      case 'HEALTHCHECK':
        healthCheck = parseCommand(rest.slice(rest.indexOf('CMD ') + 4));
        break;
      case 'USER':
      case 'EXPOSE':
        break;
      default:
        throw new Error(`the instruction ${name} is unknown here`);
    }
  }
  const none: [string, ...string[]] = ['false'];
  return { folder, env, command: command ?? none, healthCheck: healthCheck ?? none };
}

/** `COPY . .` for the files that git tracks, or `COPY --from=STAGE SOURCE TARGET`. */
async function copy(
  context: TestContext,
  rest: string,
  { folder, built }: { readonly folder: string; readonly built: ReadonlyMap<string, string> },
): Promise<void> {
  if (rest === '. .') {
    const { output } = await runProgram(
      'git',
      ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
      { cwd: context.root, timeoutMs: 30_000 },
    );
    for (const path of output.split('\0').filter((each) => each !== '')) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await cp(join(context.root, path), join(folder, path), { verbatimSymlinks: true });
    }
    return;
  }
  const [, stage = '', source = '', target = ''] = /^--from=(\S+) (\S+) (\S+)$/.exec(rest) ?? [];
  const from = join(built.get(stage) ?? '', source);
  const isFolder = (await lstat(from)).isDirectory();
  const into =
    target.endsWith('/') && !isFolder ? join(target, source.split('/').pop() ?? '') : target;
  await mkdir(dirname(join(folder, into)), { recursive: true });
  await cp(from, join(folder, into), { recursive: true, verbatimSymlinks: true });
}

async function runStep(
  step: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const machine = { PATH: searchPath, HOME: home, npm_config_prefer_offline: 'true' };
  const { code, output } = await runProgram('sh', ['-c', step], {
    ...{ cwd, env: { ...machine, ...env } },
    timeoutMs: 600_000,
  });
  if (code !== 0) throw new Error(`“${step}” failed: ${output.slice(-1_500)}`);
}

/**
 * Starts it with only its variables, as an account that cannot write to its files where this process
 * is root, and waits until its health check passes.
 *
 * @returns a description of the start
 */
async function startImage(
  context: TestContext,
  { folder, env, command, healthCheck }: Image,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const nobody = { uid: 65_534, gid: 65_534 };
  const account = process.getuid?.() === 0 ? nobody : undefined;
  const all = { PATH: searchPath, ...env, ...variables };
  const program = (name: string): string => (name === 'node' ? process.execPath : name);
  const startedAt = performance.now();
  const child = ChildProgram.start(program(command[0]), {
    ...{ name: 'the image', args: command.slice(1), cwd: folder, env: all, account },
  });
  context.atEnd(async () => {
    child.kill();
    await child.ended;
  });
  const isHealthy = async (): Promise<boolean> => {
    const { code } = await runProgram(program(healthCheck[0]), healthCheck.slice(1), {
      ...{ cwd: folder, env: all, account, timeoutMs: 10_000 },
    });
    return code === 0;
  };
  await child.until('be healthy', isHealthy, { timeoutMs: 90_000 });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return `healthy after ${seconds} s${account === undefined ? ', with an account that can write' : ''}`;
}
