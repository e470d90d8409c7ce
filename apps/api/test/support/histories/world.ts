import { openPool } from '@populatte/embedded-postgres';
import type pg from 'pg';
import type { TestDatabase } from '../test-database.js';
import type { DriverIndex } from './history.js';
import { Replaceable } from './replaceable.js';
import type { Row } from './sync-rule.js';
import type { Clerk, Driver } from './driver.js';

/** A row as it is stored, with the columns that no API returns. */
export interface Stored {
  readonly row: NonNullable<Row>;
  readonly id: string;
  /** A tombstone keeps its last one. */
  readonly version: number;
  /** PostgreSQL's id of the transaction that wrote it, which changes with every write. */
  readonly xmin: string;
}

interface Columns {
  clerk_id: string;
  id: string;
  email: string | null;
  name: string | null;
  image_url: string | null;
  version: string;
  deleted: boolean;
  banned_at: string | null;
  ban_version: string;
  xmin: string;
}

/** The environment of histories: two drivers on one database, and Clerk. */
export class World {
  private constructor(
    readonly clerk: Clerk,
    private readonly drivers: readonly [Replaceable<Driver>, Replaceable<Driver>],
    private readonly pool: pg.Pool,
  ) {}

  /** @param open creates a driver on the database; called twice, and once per restart */
  static async on(
    database: TestDatabase,
    clerk: Clerk,
    open: () => Promise<Driver>,
  ): Promise<World> {
    const drivers = await Promise.all([Replaceable.of(open), Replaceable.of(open)]);
    return new World(clerk, drivers, openPool(database.url, 10));
  }

  through<T>(driver: DriverIndex, work: (driver: Driver) => Promise<T>): Promise<T> {
    return this.drivers[driver].use(work);
  }

  restart(driver: DriverIndex): Promise<void> {
    return this.drivers[driver].replace();
  }

  /** Resolves once both drivers have seen all writes. */
  async settled(): Promise<void> {
    await Promise.all(this.drivers.map((driver) => driver.use((to) => to.settled())));
  }

  /** @returns these users' rows, by Clerk id; fails if a user has two */
  async stored(clerkIds: readonly string[]): Promise<Map<string, Stored>> {
    const { rows } = await this.pool.query<Columns>({
      name: 'stored_rows',
      text: `select clerk_id, id, email, name, image_url, profile_version as version,
               deleted_at is not null as deleted, ban_version, xmin::text,
               round(extract(epoch from banned_at) * 1000)::bigint as banned_at
             from users where clerk_id = any($1)`,
      values: [clerkIds],
    });
    const stored = new Map(rows.map((row) => [row.clerk_id, toStored(row)]));
    if (stored.size < rows.length) throw new Error('A user has two rows.');
    return stored;
  }

  /** @returns the ids of these users' ended sessions, sorted, by Clerk id */
  async endedSessions(clerkIds: readonly string[]): Promise<Map<string, string[]>> {
    const { rows } = await this.pool.query<{ clerk_id: string; ids: string[] }>({
      name: 'ended_sessions',
      text: `select clerk_id, array_agg(session_id order by session_id collate "C") as ids
             from ended_sessions where clerk_id = any($1) group by clerk_id`,
      values: [clerkIds],
    });
    return new Map(rows.map(({ clerk_id, ids }) => [clerk_id, ids]));
  }

  async close(): Promise<void> {
    await Promise.all(this.drivers.map((driver) => driver.close()));
    await this.pool.end();
  }
}

function toStored({ id, xmin, ...columns }: Columns): Stored {
  const personalData = { email: columns.email, name: columns.name, imageUrl: columns.image_url };
  const version = Number(columns.version);
  const bannedAt = columns.banned_at === null ? null : Number(columns.banned_at);
  const banVersion = Number(columns.ban_version);
  if (!columns.deleted) {
    return {
      row: { state: 'live', personalData, version, bannedAt, banVersion },
      id,
      version,
      xmin,
    };
  }
  if (bannedAt !== null || banVersion !== 0) throw new Error('A tombstone has a ban.');
  if (Object.values(personalData).some((value) => value !== null)) {
    throw new Error('A tombstone holds personal data.');
  }
  return { row: { state: 'deleted' }, id, version, xmin };
}
