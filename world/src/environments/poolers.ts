import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverAccount, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import pg from 'pg';
import type { Environment } from '../environment.js';
import { createDatabase } from '../support/databases.js';
import { ApiProcess } from '../support/api-process.js';
import { newClerkUser } from '../support/clerk.js';
import { runOrReport, runScenario } from '../support/scenario.js';
import type { TestContext } from '../test-context.js';
import { currentPgBouncer, type Command } from '../tools/current-pgbouncer.js';
import { requireProgram } from '../tools/programs.js';
import { freePort, runProgram } from '@populatte/process-kit';

type Release = 'of the system' | 'current';

interface Variant {
  readonly mode: 'transaction' | 'session' | 'statement';
  /** PgBouncer settings in addition to the defaults. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether DATABASE_DIRECT_URL reaches PostgreSQL itself. */
  readonly direct: boolean;
}

const ignoring = { ignore_startup_parameters: 'statement_timeout' };

const variants: readonly Variant[] = [
  { mode: 'transaction', settings: {}, direct: true },
  { mode: 'transaction', settings: {}, direct: false },
  { mode: 'transaction', settings: ignoring, direct: true },
  { mode: 'transaction', settings: ignoring, direct: false },
  { mode: 'transaction', settings: { default_pool_size: '2' }, direct: true },
  { mode: 'session', settings: {}, direct: true },
  { mode: 'session', settings: {}, direct: false },
  { mode: 'statement', settings: {}, direct: true },
];

export const poolers: Environment[] = [
  ...(['of the system', 'current'] as const).flatMap((release) =>
    variants.map((variant): Environment => ({
      name: name(release, variant),
      fast: release === 'of the system' && variant === variants[0],
      run: (context) => behindPooler(context, release, variant),
    })),
  ),
  { name: 'PgBouncer current: a second start beside an open transaction', run: secondStart },
];

function name(release: Release, { mode, settings, direct }: Variant): string {
  const set = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const parts = [`${mode} mode`, ...(set.length > 0 ? set : ['default settings'])];
  return `PgBouncer ${release}: ${parts.join(', ')}, ${direct ? 'with' : 'without'} DATABASE_DIRECT_URL`;
}

async function behindPooler(
  context: TestContext,
  release: Release,
  variant: Variant,
): Promise<string> {
  const server = await context.postgres();
  const database = await createDatabase(server);
  const pooler = await startPooler(context, release, server, variant);
  const scenario = {
    env: {
      DATABASE_URL: pooler.url(database),
      ...(variant.direct ? { DATABASE_DIRECT_URL: server.urlOf(database) } : {}),
    },
    query: (sql: string) => server.query(database, sql),
  };
  // The contract: a pooler that follows prepared statements works with its default settings.
  if (release === 'current' && variant.mode !== 'statement') {
    await runScenario(context, scenario);
    return `${pooler.version}, works`;
  }
  const seen = await runOrReport(context, scenario, /[Pp]ooler|PgBouncer/);
  return `${pooler.version}, ${seen}`;
}

/**
 * One API serves users through the pooler, another client's transaction holds one of the pooler's
 * connections, and a second API starts: it must not wait for anything that the first one left behind.
 */
async function secondStart(context: TestContext): Promise<string> {
  const server = await context.postgres();
  const database = await createDatabase(server);
  const pooler = await startPooler(context, 'current', server, {
    mode: 'transaction',
    settings: ignoring,
    direct: false,
  });
  const env = { DATABASE_URL: pooler.url(database) };
  const first = await ApiProcess.start(context, { env });
  await Promise.all(Array.from({ length: 15 }, () => first.me(newClerkUser())));
  const other = new pg.Client({ connectionString: pooler.url(database) });
  await other.connect();
  context.atEnd(() => other.end());
  await other.query('begin; select 1');
  const startedAt = performance.now();
  const second = await ApiProcess.spawn(context, { env });
  await second.ready(20_000);
  const answers = await Promise.all(Array.from({ length: 15 }, () => second.me(newClerkUser())));
  const refused = answers.find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`a request is ${refused.status} ${refused.text}`);
  await other.query('commit');
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  await Promise.all([first.stop(), second.stop()]);
  return `${pooler.version}, ready and serving after ${seconds} s`;
}

interface Pooler {
  readonly version: string;
  url(database: string): string;
}

async function startPooler(
  context: TestContext,
  release: Release,
  server: EmbeddedPostgres,
  { mode, settings }: Variant,
): Promise<Pooler> {
  const command: Command =
    release === 'current'
      ? await currentPgBouncer(context.packages, context.progress)
      : [requireProgram('pgbouncer')];
  const [program, ...args] = command;
  const { output } = await runProgram(program, [...args, '--version'], { timeoutMs: 10_000 });
  const version = output.split('\n')[0] ?? '';
  const port = await freePort();
  const file = join(await context.makeFolder(), 'pgbouncer.ini');
  const all = { pool_mode: mode, ...settings };
  const { username, password } = new URL(server.url);
  await writeFile(
    file,
    `[databases]
* = host=127.0.0.1 port=${server.port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
${Object.entries(all)
  .map(([key, value]) => `${key} = ${value}\n`)
  .join('')}`,
  );
  const account = await serverAccount(server.dataDir);
  await context.startServer([...command, file], port, { account });
  return {
    version,
    url: (database) => `postgresql://${username}:${password}@127.0.0.1:${port}/${database}`,
  };
}
