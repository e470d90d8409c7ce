import { SyncUnavailableError } from '@populatte/nestjs-clerk-sync';
import {
  type Database,
  ServerProbe,
  withDeadline,
  withRetries,
  type WriteAccess,
} from '@populatte/nestjs-clerk-sync/internal';
import { Readiness, type ReadinessReport } from '../../core/readiness.js';
import {
  assertSupported,
  DatabaseUnsupportedError,
  supportQuery,
  type DatabaseSupport,
} from './database-support.js';
import { explainDatabaseError } from './explain-database-error.js';
import { countPendingMigrations } from './migrations.js';
import { users } from './users.table.js';

/** Milliseconds in which the database must answer. */
const timeout = 2_000;

/** Ready while the database responds, is supported, and has the schema of this release. */
export class DatabaseReadiness extends Readiness {
  private readonly probe;
  private readonly server: ServerProbe;
  private isMigrated = false;

  /** @param writes tracks whether the database accepts writes */
  constructor(
    private readonly db: Database,
    private readonly writes: WriteAccess,
  ) {
    super();
    this.server = new ServerProbe((text) => db.$client.query(text));
    // All columns, no rows: fails if the table belongs to another application.
    this.probe = db.select().from(users).limit(0).prepare('readiness');
  }

  override async check(): Promise<ReadinessReport> {
    try {
      await withDeadline(this.probeDatabase(), timeout, () => new Error('timeout'));
      const { obstacle } = this.writes;
      return obstacle === null
        ? { status: 'ready' }
        : { status: 'degraded', reason: obstacle.problem, fix: obstacle.fix };
    } catch (error) {
      const cause = error instanceof SyncUnavailableError ? error.cause : error;
      const { problem, fix } = explainDatabaseError(cause);
      return { status: 'unavailable', reason: problem, fix };
    }
  }

  private async probeDatabase(): Promise<void> {
    const pool = this.db.$client;
    const { rows } = await withRetries(this.db, () => pool.query<DatabaseSupport>(supportQuery));
    assertSupported(rows[0]);
    const pending = this.isMigrated ? 0 : await countPendingMigrations(pool);
    if (pending > 0) {
      throw new DatabaseUnsupportedError(
        `The database lacks ${pending} of this release’s migrations.`,
        'They are being applied. If DATABASE_MIGRATE is false, apply them elsewhere.',
      );
    }
    this.isMigrated = true;
    await withRetries(this.db, () => this.probe.execute());
    await this.writes.observe(await withRetries(this.db, () => this.server.read()));
  }
}
