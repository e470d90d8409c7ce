import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { startTcpProxy, type TcpProxy, until } from '@populatte/process-kit';
import type { TestContext } from '../test-context.js';

/** A primary and a streaming standby behind one address. */
export interface PostgresPair {
  readonly primary: EmbeddedPostgres;
  readonly standby: EmbeddedPostgres;
  /** The address of `replicatedDatabase`, which can be moved from the primary to the standby. */
  readonly address: TcpProxy;
}

export const replicatedDatabase = 'postgres';

/** @param synchronous whether a commit waits until the standby has written it */
export async function startPair(
  context: TestContext,
  { synchronous = false }: { readonly synchronous?: boolean } = {},
): Promise<PostgresPair> {
  const settings: Record<string, string> = synchronous ? { synchronous_commit: 'on' } : {};
  const primary = await startTemporaryPostgres({ settings });
  context.atEnd(() => primary.remove());
  context.progress('starting a standby');
  const standby = await primary.startStandby();
  if (synchronous) await waitForStandby(primary);
  const address = await startTcpProxy(primary.urlOf(replicatedDatabase));
  context.atEnd(() => address.close());
  return { primary, standby, address };
}

/** From now on, the primary acknowledges a commit only once the standby has it. */
async function waitForStandby(primary: EmbeddedPostgres): Promise<void> {
  // Set on the primary only, because the promoted standby would wait for a standby of its own.
  await primary.query(replicatedDatabase, `alter system set synchronous_standby_names to '*'`);
  await primary.query(replicatedDatabase, 'select pg_reload_conf()');
  await until('the standby is synchronous', async () => {
    const rows = await primary.query(
      replicatedDatabase,
      `select from pg_stat_replication where sync_state = 'sync'`,
    );
    return rows.length === 1;
  });
}

/** Waits until the standby accepts writes. */
export async function promote(standby: EmbeddedPostgres): Promise<void> {
  await standby.promote();
  await until('the promotion', async () => {
    const rows = await standby.query(replicatedDatabase, 'select pg_is_in_recovery() as waiting');
    return rows[0]?.['waiting'] === false;
  });
}

/** Waits until the standby has replayed everything. */
export async function replicated(
  primary: EmbeddedPostgres,
  standby: EmbeddedPostgres,
): Promise<void> {
  const [written] = await primary.query(
    replicatedDatabase,
    'select pg_current_wal_lsn()::text as lsn',
  );
  await until('the standby has everything', async () => {
    const [row] = await standby.query(
      replicatedDatabase,
      `select pg_last_wal_replay_lsn() >= '${String(written?.['lsn'])}'::pg_lsn as done`,
    );
    return row?.['done'] === true;
  });
}
