import type { User } from '../../src/core/user.entity.js';
import type { SyncResult } from '../../src/core/user.repository.js';

/** @returns the user of a sync that was not ignored, as those of deleted users are */
export function liveUser<Entity = User>(result: SyncResult<Entity>): Entity {
  if (result.outcome === 'ignored') throw new Error('The user is deleted.');
  return result.user;
}
