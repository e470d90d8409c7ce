import { ClerkApiError } from '../../errors/clerk-api-error.js';
import type { Users } from '../../users/users.js';

/** What the Frontend API answers to a deletion. */
export interface DeletedObject {
  readonly object: string;
  readonly id: string;
  readonly deleted: true;
}

/**
 * Deletes the person who asks for it, and ends all of their sessions.
 *
 * @throws {ClerkApiError} 401 where the user may not do that
 */
export async function deleteSelf(users: Users, userId: string): Promise<DeletedObject> {
  if (!users.get(userId).delete_self_enabled) {
    throw new ClerkApiError(401, 'authorization_invalid', 'Unauthorized request', {
      longMessage: 'You are not authorized to delete your account.',
    });
  }
  const { id } = await users.delete(userId);
  return { object: 'user', id, deleted: true };
}
