import { sql } from 'drizzle-orm';
import { Readiness } from '../../core/readiness.js';
import { withDeadline } from '../../core/with-deadline.js';
import { attempting } from './attempting.js';
import type { Database } from './database.js';
import { users } from './users.table.js';

/** How long the database has to prove that it answers, in milliseconds. */
const patience = 2_000;

/** Ready while the database answers, and has the table that every request needs. */
export class DatabaseReadiness extends Readiness {
  private readonly probe;

  constructor(private readonly db: Database) {
    super();
    this.probe = db
      .select({ one: sql<number>`1` })
      .from(users)
      .limit(1)
      .prepare('readiness');
  }

  override async isReady(): Promise<boolean> {
    try {
      await withDeadline(
        attempting(this.db, () => this.probe.execute()),
        patience,
        () => new Error('The database is silent.'),
      );
      return true;
    } catch {
      return false;
    }
  }
}
