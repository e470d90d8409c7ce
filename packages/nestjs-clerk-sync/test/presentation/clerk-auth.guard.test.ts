import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, test } from 'vitest';
import { AuthenticationError } from '../../src/core/errors.js';
import {
  type AuthenticatedRequest,
  Authenticator,
} from '../../src/core/authenticate-request.use-case.js';
import type { User } from '../../src/core/user.entity.js';
import { ClerkAuthGuard } from '../../src/presentation/clerk-auth.guard.js';
import { isPublic, Public } from '../../src/presentation/decorators.js';
import { aLocalUser } from '../support/a-local-user.js';
import { aClerkUser } from '../support/clerk-users.js';

class Controller {
  plain(): void {
    return undefined;
  }

  @Public()
  open(): void {
    return undefined;
  }
}

@Public()
class OpenController {
  plain(): void {
    return undefined;
  }
}

const user = aLocalUser(aClerkUser());

interface State {
  raw: { rawHeaders: string[] };
  user: User | null;
  outcome: string | null;
}

/** A guard for which every token has this result, and the tokens that it received. */
function guardWith(
  result: () => AuthenticatedRequest,
  isCached = false,
): { guard: ClerkAuthGuard; authenticator: Authenticator; tokens: string[] } {
  const tokens: string[] = [];
  class Results extends Authenticator {
    override execute(token: string): AuthenticatedRequest | Promise<AuthenticatedRequest> {
      tokens.push(token);
      return isCached ? result() : Promise.resolve().then(result);
    }
  }
  const authenticator = new Results();
  return { guard: new ClerkAuthGuard(new Reflector(), authenticator), authenticator, tokens };
}

function context(
  controller: typeof Controller | typeof OpenController,
  name: 'plain' | 'open',
  request: State,
): ExecutionContext {
  const handler = Reflect.get<Partial<Controller>, 'plain' | 'open'>(controller.prototype, name);
  return new ExecutionContextHost([request, { setHeader: () => undefined }], controller, handler);
}

const signedIn = (): State => ({
  raw: { rawHeaders: ['Authorization', 'Bearer t'] },
  user: null,
  outcome: null,
});
const anonymous = (): State => ({
  raw: { rawHeaders: [] },
  user: null,
  outcome: null,
});

describe('ClerkAuthGuard', () => {
  test('attaches the user to a request with a token', async () => {
    const request = signedIn();
    const { guard, tokens } = guardWith(() => ({ user, outcome: 'created' }));
    expect(await guard.canActivate(context(Controller, 'plain', request))).toBe(true);
    expect(request).toMatchObject({ user, outcome: 'created' });
    expect(tokens).toEqual(['t']);
  });

  test('attaches the actor of an impersonation, and no actor property otherwise', async () => {
    const actor = 'user_admin';
    const impersonated = signedIn();
    const { guard } = guardWith(() => ({ user, outcome: 'unchanged', actor }));
    await guard.canActivate(context(Controller, 'plain', impersonated));
    expect(impersonated).toMatchObject({ user, actor });

    const own = signedIn();
    const { guard: ordinary } = guardWith(() => ({ user, outcome: 'unchanged' }));
    await ordinary.canActivate(context(Controller, 'plain', own));
    expect(own).not.toHaveProperty('actor');
  });

  test('reads the decorators of a route once, since reflection is slow', async () => {
    const read: unknown[] = [];
    class CountingReflector extends Reflector {
      override get(key: unknown, target: Parameters<Reflector['get']>[1]): undefined {
        read.push([key, target]);
      }
    }
    const { authenticator } = guardWith(() => ({ user, outcome: 'unchanged' }));
    const guard = new ClerkAuthGuard(new CountingReflector(), authenticator);
    for (let turn = 0; turn < 3; turn += 1) {
      await guard.canActivate(context(Controller, 'plain', signedIn()));
    }
    expect(read).toEqual([
      [isPublic, Reflect.get(Controller.prototype, 'plain')],
      [isPublic, Controller],
    ]);
  });

  test('attaches a cached user synchronously', () => {
    const request = signedIn();
    const { guard } = guardWith(() => ({ user, outcome: 'unchanged' }), true);
    expect(guard.canActivate(context(Controller, 'plain', request))).toBe(true);
    expect(request).toMatchObject({ user, outcome: 'unchanged' });
  });

  test('refuses a request without a token unless the route is public', () => {
    const { guard } = guardWith(() => ({ user, outcome: 'created' }));
    expect(() => guard.canActivate(context(Controller, 'plain', anonymous()))).toThrow(
      expect.objectContaining({ code: 'token_missing' }),
    );
  });

  test('refuses a request with two Authorization headers, since a proxy may have checked the other', () => {
    const { guard, tokens } = guardWith(() => ({ user, outcome: 'created' }));
    const request = signedIn();
    request.raw.rawHeaders.push('Authorization', 'Bearer u');
    expect(() => guard.canActivate(context(Controller, 'plain', request))).toThrow(
      expect.objectContaining({ code: 'token_invalid' }),
    );
    expect(tokens).toEqual([]);
  });

  test('passes on the refusal of the use case and attaches no user', async () => {
    const refusal = new AuthenticationError('user_deleted', 'gone');
    const request = signedIn();
    const { guard } = guardWith(() => {
      throw refusal;
    });
    await expect(guard.canActivate(context(Controller, 'plain', request))).rejects.toMatchObject({
      error: refusal,
      code: 'user_deleted',
      response: { status: 401, code: 'user_deleted', detail: 'gone' },
    });
    expect(request.user).toBeNull();
  });

  test.each([
    ['a public route', Controller, 'open'],
    ['a route of a public controller', OpenController, 'plain'],
  ] as const)('allows every request for %s and ignores tokens', async (_what, controller, name) => {
    const { guard, tokens } = guardWith(() => ({ user, outcome: 'created' }));
    for (const request of [anonymous(), signedIn()]) {
      expect(await guard.canActivate(context(controller, name, request))).toBe(true);
      expect(request.user).toBeNull();
    }
    expect(tokens).toEqual([]);
  });
});

describe('Public', () => {
  test('sets the metadata that the guard reads', () => {
    class Marked {
      handler(): void {
        return undefined;
      }
    }
    Public()(Marked);
    expect(new Reflector().get(isPublic, Marked)).toBe(true);
    expect(isPublic).toMatch(/^populatte:/);
  });
});

describe('outside of HTTP', () => {
  function contextOf(type: string, name: 'plain' | 'open'): ExecutionContext {
    // The arguments of a message handler, of a gateway and of a GraphQL resolver for the root type.
    const handler = Reflect.get<Controller, 'plain' | 'open'>(Controller.prototype, name);
    const host = new ExecutionContextHost([undefined, {}, {}], Controller, handler);
    host.setType(type);
    return host;
  }

  test.each(['rpc', 'ws', 'graphql'])('refuses a handler of the type %s, and says why', (type) => {
    const { guard, tokens } = guardWith(() => ({ user, outcome: 'unchanged' }));
    expect(() => guard.canActivate(contextOf(type, 'plain'))).toThrow(
      `ClerkAuthGuard only guards HTTP requests, but Controller.plain handles ${type}. Authenticate there with ClerkSync.authenticate(token), and mark the handler @Public().`,
    );
    expect(tokens).toEqual([]);
    expect(guard.canActivate(contextOf(type, 'open'))).toBe(true);
  });
});
