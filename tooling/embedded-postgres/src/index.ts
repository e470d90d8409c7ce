export {
  startPostgres,
  startTemporaryPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export { openPool } from './open-pool.js';
export { EmbeddedPostgresError, PostgresPortTakenError } from './postgres-error.js';
export { query } from './query.js';
export { serverAccount } from './server-account.js';
