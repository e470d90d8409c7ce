import type { UserResponse } from '@populatte/contracts';
import type { User } from '../../core/users/user.entity.js';

/** What of a user leaves the API. */
export function presentUser(user: User): UserResponse {
  return {
    id: user.id,
    clerkId: user.clerkId,
    email: user.email,
    name: user.name,
    imageUrl: user.imageUrl,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  };
}
