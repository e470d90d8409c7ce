import { Controller, Get, Injectable, Module, Scope, SetMetadata, UseGuards } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { describe, expect, test } from 'vitest';
import { Public } from '../../src/presentation/decorators.js';
import { OpenHandlers } from '../../src/presentation/open-handlers.js';

/** What `@SubscribeMessage()`, `@MessagePattern()`, `@EventPattern()` and `@ResolveReference()` set. */
const SubscribeMessage = (): MethodDecorator => SetMetadata('websockets:message_mapping', true);
const MessagePattern = (): MethodDecorator => SetMetadata('microservices:pattern', ['sum']);
const ResolveReference = (): MethodDecorator => SetMetadata('graphql:resolve_reference', true);

class OwnGuard {
  canActivate(): boolean {
    return true;
  }
}

@Injectable()
class OpenGateway {
  @SubscribeMessage()
  chat(): void {
    return undefined;
  }

  @Public()
  @SubscribeMessage()
  ping(): void {
    return undefined;
  }
}

/** Nest runs its guard for queries, but by default not for references. */
@UseGuards(OwnGuard)
@Injectable({ scope: Scope.REQUEST })
class ScopedResolver {
  @ResolveReference()
  reference(): void {
    return undefined;
  }
}

@Controller()
class OpenMessages {
  @MessagePattern()
  sum(): void {
    return undefined;
  }

  @Get('http')
  http(): void {
    return undefined;
  }
}

@Public()
@Injectable()
class PublicGateway {
  @SubscribeMessage()
  chat(): void {
    return undefined;
  }
}

@UseGuards(OwnGuard)
@Controller()
class GuardedMessages {
  @MessagePattern()
  sum(): void {
    return undefined;
  }
}

@Controller()
class PartlyGuardedMessages {
  @UseGuards(OwnGuard)
  @MessagePattern()
  sum(): void {
    return undefined;
  }
}

class Inherited extends OpenGateway {}

type Class = new () => object;

async function check(providers: Class[], controllers: Class[] = []): Promise<void> {
  @Module({ imports: [DiscoveryModule], providers, controllers })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  new OpenHandlers(app.get(DiscoveryService)).assertNone();
}

describe('OpenHandlers', () => {
  test.each<[string, Class[], Class[], string]>([
    ['a gateway', [OpenGateway], [], 'OpenGateway.chat'],
    ['a gateway that inherits its handlers', [Inherited], [], 'Inherited.chat'],
    ['a message handler', [], [OpenMessages], 'OpenMessages.sum'],
    ['a request-scoped reference resolver', [ScopedResolver], [], 'ScopedResolver.reference'],
  ])(
    'refuses %s, which global guards do not cover',
    async (_what, providers, controllers, name) => {
      await expect(check(providers, controllers)).rejects.toThrow(
        new RegExp(`anyone may call ${name}\\. Authenticate .*@Public\\(\\).*@UseGuards\\(\\)`),
      );
    },
  );

  test('names every such handler, and no other', async () => {
    await expect(check([OpenGateway, PublicGateway], [OpenMessages])).rejects.toThrow(
      'anyone may call OpenGateway.chat, OpenMessages.sum. ',
    );
  });

  test('accepts a provider whose prototype has no class', () => {
    const methods: object = Object.assign(Object.create(null) as object, { run: () => undefined });
    const owners = [{ instance: Object.create(methods) as object }];
    const discovery = { getProviders: () => owners, getControllers: () => [] };
    new OpenHandlers(discovery as unknown as DiscoveryService).assertNone();
  });

  test.each<[string, Class[], Class[]]>([
    ['a public gateway', [PublicGateway], []],
    ['message handlers with guards', [], [GuardedMessages, PartlyGuardedMessages]],
    ['an application without such handlers', [OwnGuard], []],
  ])('accepts %s', async (_what, providers, controllers) => {
    await expect(check(providers, controllers)).resolves.toBeUndefined();
  });
});
