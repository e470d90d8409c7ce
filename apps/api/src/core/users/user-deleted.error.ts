import { DomainError } from '../errors.js';

/** The user of the request was deleted after the request was authenticated. */
export class UserDeletedError extends DomainError<'user_deleted'> {
  readonly code = 'user_deleted';

  constructor() {
    super('This user was deleted. Sign out.');
  }
}
