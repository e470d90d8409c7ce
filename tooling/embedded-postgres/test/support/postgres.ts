import { onTestFinished } from 'vitest';
import {
  startPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../src/index.js';

/** Trades durability for speed: test data does not have to survive a power failure. */
const fastSettings = { fsync: 'off', full_page_writes: 'off' };

/** Starts a server that is stopped after the test. */
export async function aPostgres(
  dataDir: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir, settings: fastSettings, ...options });
  onTestFinished(() => server.stop());
  return server;
}
