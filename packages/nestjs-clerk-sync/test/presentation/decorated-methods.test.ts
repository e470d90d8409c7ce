import { Controller, Injectable, Module, Scope, SetMetadata, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { describe, expect, test } from 'vitest';
import {
  type DecoratedMethod,
  DecoratedMethods,
} from '../../src/presentation/decorated-methods.js';

const key = 'test:marked';
const Marked = (label: string): MethodDecorator => SetMetadata(key, label);

@Injectable()
class Notes {
  private readonly erased = ['first'];

  unmarked(): void {
    return undefined;
  }

  @Marked('erases notes')
  erase(...ids: string[]): string[] {
    return [...this.erased, ...ids];
  }
}

type Providers = NonNullable<Parameters<typeof Module>[0]['providers']>;

/** Finds the marked methods in an application of these providers. */
async function found(
  providers: Providers,
  controllers: Type[] = [],
): Promise<readonly DecoratedMethod[]> {
  @Module({ imports: [DiscoveryModule], providers, controllers })
  class Application {}
  const application = await NestFactory.createApplicationContext(Application, {
    logger: false,
    abortOnError: false,
  });
  try {
    return new DecoratedMethods(application.get(DiscoveryService)).find(key);
  } finally {
    await application.close();
  }
}

const namesOf = (methods: readonly DecoratedMethod[]): string[] => methods.map(({ name }) => name);

describe('DecoratedMethods', () => {
  test('finds a decorated method with its name and its decorator’s metadata', async () => {
    expect(await found([Notes])).toMatchObject([{ name: 'Notes.erase', metadata: 'erases notes' }]);
  });

  test('calls the method on its provider with all values', async () => {
    const [method] = await found([Notes]);
    expect(method?.call('second', 'third')).toEqual(['first', 'second', 'third']);
  });

  test('finds several methods of a provider, and methods of a controller after those', async () => {
    class Files {
      @Marked('a')
      empty(): void {
        return undefined;
      }

      @Marked('b')
      remove(): void {
        return undefined;
      }
    }
    @Controller()
    class PagesController {
      @Marked('c')
      clear(): void {
        return undefined;
      }
    }
    expect(namesOf(await found([Files], [PagesController]))).toEqual([
      'Files.empty',
      'Files.remove',
      'PagesController.clear',
    ]);
  });

  test('finds the methods that a class inherits', async () => {
    class Drafts extends Notes {}
    expect(namesOf(await found([Drafts]))).toEqual(['Drafts.erase']);
  });

  test.each([
    ['a value', { provide: 'notes', useValue: new Notes() }],
    ['a factory', { provide: 'notes', useFactory: () => new Notes() }],
  ])('finds the methods of an instance that %s provides', async (_what, provider) => {
    expect(namesOf(await found([provider]))).toEqual(['Notes.erase']);
  });

  test('finds a provider with an alias once', async () => {
    expect(namesOf(await found([Notes, { provide: 'alias', useExisting: Notes }]))).toEqual([
      'Notes.erase',
    ]);
  });

  test('finds both of two instances of a class', async () => {
    const other = { provide: 'other', useValue: new Notes() };
    expect(namesOf(await found([Notes, other]))).toEqual(['Notes.erase', 'Notes.erase']);
  });

  test('ignores providers that have no methods', async () => {
    const values: unknown[] = [5_432, 'text', null, Object.create(null), () => undefined];
    const providers = values.map((useValue, index) => ({ provide: `value ${index}`, useValue }));
    const nothing = { provide: 'nothing', useFactory: () => undefined };
    expect(await found([...providers, nothing])).toEqual([]);
  });

  test.each([
    ['a request-scoped', Scope.REQUEST],
    ['a transient', Scope.TRANSIENT],
  ])(
    'refuses %s provider with a decorated method, because there is no instance to call',
    async (what, scope) => {
      @Injectable({ scope })
      class Scoped extends Notes {}
      await expect(found([Scoped])).rejects.toThrow(
        `Scoped is ${what.slice(2)}, but erase() runs outside of requests. Give the provider the default scope.`,
      );
    },
  );

  test.each([Scope.REQUEST, Scope.TRANSIENT])(
    'accepts a provider of any scope without decorated methods (%s)',
    async (scope) => {
      @Injectable({ scope })
      class Plain {
        unmarked(): void {
          return undefined;
        }
      }
      expect(await found([Plain])).toEqual([]);
    },
  );
});
