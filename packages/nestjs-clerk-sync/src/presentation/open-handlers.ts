import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { isPublic } from './decorators.js';

/**
 * Metadata of the handlers that Nest calls without its global guards: messages of WebSocket gateways,
 * of microservices that are connected to an HTTP application, and references of a GraphQL federation.
 * Nest's packages do not export these keys, and an application may not have installed them.
 */
const unguardedKinds = ['websockets:message_mapping', 'microservices:pattern'];

/** For these, Nest by default does not even run `@UseGuards()`. */
const reference = 'graphql:resolve_reference';

/** Nest's key of `@UseGuards()`. */
const guards = '__guards__';

/** Finds handlers that the global guard does not protect, and whose authors may think that it does. */
@Injectable()
export class OpenHandlers {
  private readonly scanner = new MetadataScanner();

  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * @throws Error that names the handlers which have neither their own guard nor `@Public()`
   */
  assertNone(): void {
    const owners = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    // A request-scoped class has no instance yet, but an empty object with its prototype.
    const prototypes = owners.map(({ instance }) => prototypeOf(instance));
    const open = [...new Set(prototypes)].flatMap((prototype) => this.openMethodsOf(prototype));
    if (open.length === 0) return;
    throw new Error(
      `Cannot start ClerkSyncModule: Nest does not run global guards for WebSocket gateways, connected microservices and GraphQL references, so anyone may call ${open.join(', ')}. Authenticate the caller there with ClerkSync.authenticate(token), then mark the handler or its class @Public(), or protect it with @UseGuards() and a guard of your own.`,
    );
  }

  private openMethodsOf(prototype: object | null): readonly string[] {
    if (prototype === null) return [];
    // An object need not have a class.
    const owner =
      (Reflect.get(prototype, 'constructor') as { readonly name: string } | undefined) ?? Object;
    return this.scanner
      .getAllMethodNames(prototype)
      .map((name) => Reflect.get(prototype, name) as object)
      .filter((method) => isOpen([method, owner]))
      .map((method) => `${owner.name}.${String(Reflect.get(method, 'name'))}`);
  }
}

/** @param targets a method and its class */
function isOpen(targets: readonly [method: object, owner: object]): boolean {
  const [method] = targets;
  if (targets.some((target) => Reflect.getMetadata(isPublic, target) === true)) return false;
  if (Reflect.hasMetadata(reference, method)) return true;
  const isUnguarded = unguardedKinds.some((kind) => Reflect.hasMetadata(kind, method));
  return isUnguarded && !targets.some((target) => Reflect.hasMetadata(guards, target));
}

function prototypeOf(instance: unknown): object | null {
  return typeof instance === 'object' && instance !== null
    ? (Object.getPrototypeOf(instance) as object | null)
    : null;
}
