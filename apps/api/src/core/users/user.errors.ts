import { UnavailableError } from '../unavailable-error.js';

/** The local user cannot be brought up to date now: the database, or Clerk's Backend API if needed, cannot answer. */
export class SyncUnavailableError extends UnavailableError<'sync_unavailable'> {
  readonly code = 'sync_unavailable';
}

/** A write is due and the database is read-only. It answers reads: users whose rows exist are served. */
export class StoreReadOnlyError extends SyncUnavailableError {
  constructor(options?: ErrorOptions) {
    super('The database is read-only right now. Try again later; you stay signed in.', 5, options);
  }
}
