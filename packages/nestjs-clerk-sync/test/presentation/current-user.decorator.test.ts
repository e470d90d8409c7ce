import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { User } from '../../src/core/user.entity.js';
import { CurrentUser } from '../../src/presentation/decorators.js';

const factory = z.custom<(data: unknown, context: ExecutionContext) => unknown>(
  (value) => typeof value === 'function',
);
const parameters = z.record(z.string(), z.object({ factory, data: z.unknown() }));

class Controller {
  whole(@CurrentUser() user: User): User {
    return user;
  }

  mail(@CurrentUser('email') email: string | null): string | null {
    return email;
  }
}

/** @returns the argument that Nest passes to a handler for this user's request */
function handed(handler: keyof Controller, user: unknown): unknown {
  const stored: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, Controller, handler);
  const [parameter] = Object.values(parameters.parse(stored));
  return parameter?.factory(parameter.data, new ExecutionContextHost([{ user }]));
}

describe('@CurrentUser()', () => {
  const user = { id: 'x', email: 'ada@example.com' };

  test('passes the user of the request to the handler', () => {
    expect(handed('whole', user)).toBe(user);
  });

  test('passes one field of the user', () => {
    expect(handed('mail', user)).toBe('ada@example.com');
  });

  test('passes undefined for a field that the user lacks', () => {
    expect(handed('mail', { id: 'x' })).toBeUndefined();
  });
});
