import pg from 'pg';
import { role } from './cluster.js';

/** Makes and drops the databases of one server. */
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
    return this.#maintain(async (client) => {
      const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
      return found.rowCount === 1;
    });
  }

  /**
   * @param template the database to copy, to which nobody may be connected
   * @returns the new database's URL
   */
  async create(name: string, template?: string): Promise<string> {
    const from = template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(template)}`;
    await this.#maintain((client) =>
      client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}${from}`),
    );
    return this.url(name);
  }

  /** Drops a database, if there is one; its clients are disconnected. */
  async drop(name: string): Promise<void> {
    await this.#maintain((client) =>
      client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`),
    );
  }

  async #maintain<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: this.url('postgres'),
      connectionTimeoutMillis: 30_000,
      query_timeout: 120_000,
    });
    // A connection that breaks while idle is reported here; the query in flight fails by itself.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}
