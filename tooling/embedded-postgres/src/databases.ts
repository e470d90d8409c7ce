import pg from 'pg';
import { role } from './cluster.js';
import { query } from './query.js';

/** PostgreSQL's connection defaults, regardless of a database's own settings. */
const defaults = '-c default_transaction_read_only=off -c DateStyle=ISO -c search_path=public';

/** Creates, drops and queries the databases of one server as its superuser. */
export class Databases {
  constructor(
    private readonly port: number,
    private readonly password: string,
  ) {}

  /** The connection URL of a database, password included. */
  url(name: string): string {
    return `postgres://${role}:${this.password}@127.0.0.1:${this.port}/${encodeURIComponent(name)}`;
  }

  async exists(name: string): Promise<boolean> {
    const literal = pg.escapeLiteral(name);
    const found = await this.query(
      'postgres',
      `SELECT FROM pg_database WHERE datname = ${literal}`,
    );
    return found.length === 1;
  }

  /**
   * @param template the database to copy, which must have no connections
   * @returns the new database's URL
   */
  async create(name: string, template?: string): Promise<string> {
    const from = template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(template)}`;
    await this.query('postgres', `CREATE DATABASE ${pg.escapeIdentifier(name)}${from}`);
    return this.url(name);
  }

  /** Drops a database if it exists; its clients are disconnected. */
  async drop(name: string): Promise<void> {
    await this.query(
      'postgres',
      `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`,
    );
  }

  /** Runs statements on a separate connection. */
  async query(database: string, sql: string): Promise<Record<string, unknown>[]> {
    const target = {
      connectionString: this.url(database),
      options: defaults,
      connectionTimeoutMillis: 30_000,
      query_timeout: 120_000,
    };
    return query(target, sql);
  }
}
