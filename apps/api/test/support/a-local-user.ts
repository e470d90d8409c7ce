import { aLocalUser as aRow } from '@populatte/nestjs-clerk-sync/test/support/a-local-user.js';
import { User } from '../../src/core/users/user.entity.js';

/** @returns a user that exists in no database */
export function aLocalUser(given: Partial<User> = {}): User {
  return new User({ ...aRow(), ...given });
}
