import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

/** A method of a provider with what its decorator recorded. */
export interface DecoratedMethod {
  /** Such as `NotesService.erase`, for logs and errors. */
  readonly name: string;
  readonly metadata: unknown;
  /** Calls the method on its provider. */
  readonly call: (...values: readonly unknown[]) => unknown;
}

/** Finds the application's methods that carry metadata of one of the module's decorators. */
@Injectable()
export class DecoratedMethods {
  private readonly scanner = new MetadataScanner();

  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * @param key the metadata's key, as given to Nest's `SetMetadata`
   * @returns the methods of every provider and controller, in the order in which Nest knows them
   * @throws Error on a request-scoped provider, which has no instance outside a request
   */
  find(key: string): readonly DecoratedMethod[] {
    const owners = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const seen = new Set<unknown>();
    return owners.flatMap((owner) => {
      const existing: unknown = owner.instance;
      const target: unknown = isObject(existing)
        ? Object.getPrototypeOf(existing)
        : owner.metatype?.prototype;
      if (!isObject(target)) return [];
      const methods = this.scanner.getAllMethodNames(target).flatMap((name) => {
        const method: unknown = Reflect.get(target, name);
        const metadata: unknown =
          typeof method === 'function' ? Reflect.getMetadata(key, method) : undefined;
        return metadata === undefined ? [] : [{ name, metadata }];
      });
      if (methods.length === 0) return [];
      if (!owner.isDependencyTreeStatic()) {
        throw new Error(
          `${String(owner.name)} is request-scoped, but ${methods[0]?.name ?? ''}() runs outside of requests. Give the provider the default scope.`,
        );
      }
      // `useExisting` lists an instance a second time.
      if (!isObject(existing) || seen.has(existing)) return [];
      seen.add(existing);
      return methods.map(({ name, metadata }) => ({
        name: `${existing.constructor.name}.${name}`,
        metadata,
        call: (...values: readonly unknown[]): unknown =>
          Reflect.apply(Reflect.get(existing, name) as () => unknown, existing, values),
      }));
    });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
