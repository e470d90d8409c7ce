import { Controller } from '@nestjs/common';
import { getMe, type UserResponse } from '@populatte/contracts';
import { User } from '../../core/users/user.entity.js';
import { CurrentUser } from '../auth/current-user.decorator.js';
import { Route } from '../http/route.js';
import { presentUser } from './present-user.js';

@Controller()
export class UsersController {
  @Route(getMe, {
    summary: 'Get the signed-in user',
    description:
      'Answers with the local user of the session token. The first request of a new user creates the row; later ones update it when the token carries a newer profile.',
  })
  me(@CurrentUser() user: User): UserResponse {
    return presentUser(user);
  }
}
