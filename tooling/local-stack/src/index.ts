export {
  startPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './postgres/embedded-postgres.js';
export { localWebBuildEnvironment } from './services/web-build-environment.js';
export { EmbeddedPostgresError } from './postgres/postgres-error.js';
export { endWithThisProcess, type LastSignal } from './process/end-with-this-process.js';
