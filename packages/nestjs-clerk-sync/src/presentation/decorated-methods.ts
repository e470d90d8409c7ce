import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

/** A provider's method with its decorator's metadata. */
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
   * @returns the methods of every provider and controller, in Nest's order
   * @throws Error on a request-scoped or transient provider: Nest creates no instance outside a
   *   request or another provider
   */
  find(key: string): readonly DecoratedMethod[] {
    const owners = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const seen = new Set<unknown>();
    return owners.flatMap((owner) => {
      // For a class that Nest has not instantiated, this is an empty object with its prototype.
      const instance: unknown = owner.instance;
      // `useExisting` lists an instance a second time.
      if (!isObject(instance) || seen.has(instance)) return [];
      seen.add(instance);
      const methods = this.methodsOf(instance, key);
      const [first] = methods;
      if (first !== undefined && (owner.isTransient || !owner.isDependencyTreeStatic())) {
        throw new Error(
          `${String(owner.name)} is ${owner.isTransient ? 'transient' : 'request-scoped'}, but ${first.name}() runs outside of requests. Give the provider the default scope.`,
        );
      }
      return methods.map(({ name, metadata }) => ({
        name: `${instance.constructor.name}.${name}`,
        metadata,
        call: (...values: readonly unknown[]): unknown =>
          Reflect.apply(Reflect.get(instance, name) as () => unknown, instance, values),
      }));
    });
  }

  private methodsOf(
    instance: object,
    key: string,
  ): readonly Pick<DecoratedMethod, 'name' | 'metadata'>[] {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (!isObject(prototype)) return [];
    return this.scanner
      .getAllMethodNames(prototype)
      .map((name) => ({
        name,
        metadata: Reflect.getMetadata(key, Reflect.get(prototype, name) as object) as unknown,
      }))
      .filter(({ metadata }) => metadata !== undefined);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
