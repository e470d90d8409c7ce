import { openPool } from '@populatte/embedded-postgres';
import type pg from 'pg';
import { until } from '@populatte/process-kit';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';

/**
 * A row that shows whether a process is up to date: notifications arrive in commit order, so once the
 * process sees a change of this row, it has received all earlier ones.
 */
export class Sentinel {
  private readonly clerkUser = aClerkUser({ name: '0' });
  private readonly pool: pg.Pool;
  private readonly made: Promise<unknown>;

  /** @param url the database */
  constructor(url: string) {
    this.pool = openPool(url, 2);
    this.made = this.pool.query(
      `insert into users (id, clerk_id, name, profile_version) values (gen_random_uuid(), $1, '0', 0)`,
      [this.clerkUser.clerkId],
    );
  }

  /**
   * Writes, and resolves once the process has seen the write.
   *
   * @param nameOf asks the process for the name of the user with this Clerk id
   */
  async isSeenBy(nameOf: (clerkId: string) => Promise<string | null>): Promise<void> {
    await this.made;
    const { clerkId } = this.clerkUser;
    const { rows } = await this.pool.query<{ written: string }>(
      `update users set name = (name::int + 1)::text, profile_version = profile_version + 1
       where clerk_id = $1 returning name as written`,
      [clerkId],
    );
    const written = Number(rows[0]?.written);
    await until('the process sees a change', async () => Number(await nameOf(clerkId)) >= written);
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
