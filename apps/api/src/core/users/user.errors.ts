import { UnavailableError } from '../unavailable-error.js';

/** The local user cannot be brought up to date now: the database, or Clerk's Backend API where it is needed, does not answer. */
export class SyncUnavailableError extends UnavailableError<'sync_unavailable'> {
  readonly code = 'sync_unavailable';
}
