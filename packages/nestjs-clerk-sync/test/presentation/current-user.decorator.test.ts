import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { User } from '../../src/core/user.entity.js';
import { CurrentUser } from '../../src/presentation/decorators.js';

const factory = z.custom<(data: unknown, context: ExecutionContext) => unknown>(
  (value) => typeof value === 'function',
);

test('@CurrentUser() passes the user of the request to the handler', () => {
  class Controller {
    handler(@CurrentUser() user: User): User {
      return user;
    }
  }
  const stored: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, Controller, 'handler');
  const [parameter] = Object.values(z.record(z.string(), z.object({ factory })).parse(stored));
  const user = { id: 'x' };
  const context = { switchToHttp: () => ({ getRequest: () => ({ user }) }) };
  expect(parameter?.factory(undefined, context as unknown as ExecutionContext)).toBe(user);
});
