import { Controller, Get, Module, Req, UnauthorizedException } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard, type UsualRequest } from './auth.guard.js';
import type { UsualUser } from './users.table.js';

@Controller('users')
class UsersController {
  @Get('me')
  me(@Req() { user }: UsualRequest): UsualUser {
    if (user === undefined) throw new UnauthorizedException();
    return user;
  }
}

@Module({
  controllers: [UsersController],
  providers: [{ provide: APP_GUARD, useClass: AuthGuard }],
})
export class UsualModule {}
