import { Controller } from '@nestjs/common';
import { getMe, type UserResponse } from '@populatte/contracts';
import { CurrentUser } from '@populatte/nestjs-clerk-sync';
import { User } from '../../core/users/user.entity.js';
import { Route } from '../http/route.js';

/** Copies the members that clients may see, and no others. */
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

@Controller()
export class UsersController {
  @Route(getMe, {
    summary: 'Get the signed-in user',
    description:
      'Returns the local user of the session token. A new user’s first request creates the row; later requests update it if the token carries a newer profile.',
  })
  me(@CurrentUser() user: User): UserResponse {
    return presentUser(user);
  }
}
