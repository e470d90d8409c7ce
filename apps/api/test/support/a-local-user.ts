import { User } from '../../src/core/users/user.entity.js';

/** @returns a user that exists in no database */
export function aLocalUser(given: Partial<User> = {}): User {
  const createdAt = '2026-01-15T12:00:00.000Z';
  return new User({
    id: '6b0a2d3e-6b0a-4d3e-8b0a-6b0a2d3e6b0a',
    clerkId: 'user_1',
    email: null,
    name: null,
    imageUrl: null,
    createdAt,
    updatedAt: createdAt,
    ...given,
  });
}
