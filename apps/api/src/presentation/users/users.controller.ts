import { Controller } from '@nestjs/common';
import { getMe, type UserResponse } from '@populatte/contracts';
import { User } from '../../core/users/user.entity.js';
import { CurrentUser } from '../auth/current-user.decorator.js';
import { Route } from '../http/route.js';
import { presentUser } from './present-user.js';

@Controller()
export class UsersController {
  @Route(getMe)
  me(@CurrentUser() user: User): UserResponse {
    return presentUser(user);
  }
}
