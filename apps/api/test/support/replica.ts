import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { applyMigrations } from '../../src/infrastructure/database/migrations.js';

/** A primary and its streaming standby, both with this release's schema. */
export interface ReplicatedPostgres {
  readonly primary: EmbeddedPostgres;
  readonly standby: EmbeddedPostgres;
  /**
   * Promotes the standby to primary. The old primary keeps running, as when only the network
   * failed.
   */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const primary = await startTemporaryPostgres();
  await applyMigrations(primary.url);
  const standby = await primary.startStandby();
  return {
    primary,
    standby,
    promote: () => standby.promote(),
    stop: () => primary.remove(),
  };
}
