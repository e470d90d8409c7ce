import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptsConnections, ChildProgram, freePort } from '@populatte/process-kit';

const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((path) => existsSync(path));

/** Debian's package `pgbouncer`. */
export const hasPgBouncer = program !== undefined;

export interface Pooler {
  /** The database's address through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts PgBouncer in front of a database.
 *
 * @param databaseUrl without TLS
 * @param settings in addition to PgBouncer's defaults
 * @throws Error if PgBouncer is not installed
 */
export async function startPooler(
  databaseUrl: string,
  mode: 'transaction' | 'session' | 'statement',
  settings: Readonly<Record<string, string>> = {},
): Promise<Pooler> {
  if (program === undefined) throw new Error('PgBouncer is not installed.');
  const { hostname, port, username, password } = new URL(databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), 'populatte-pooler-'));
  await chmod(folder, 0o755);
  const own = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
${Object.entries(settings)
  .map(([name, value]) => `${name} = ${value}`)
  .join('\n')}
`,
  );
  // PgBouncer refuses to run as root.
  const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
  const child = ChildProgram.start(program, { name: 'PgBouncer', args: [file], cwd: '/', account });
  await child.until('listen', () => acceptsConnections(own), { timeoutMs: 60_000 });
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(own);
  return {
    url: url.href,
    stop: async () => {
      await child.stop({ timeoutMs: 3_000 });
      await rm(folder, { recursive: true });
    },
  };
}
