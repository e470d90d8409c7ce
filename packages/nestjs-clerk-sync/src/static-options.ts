import type { OnModuleInit } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import { optionsToken } from './providers/tokens.js';

/**
 * Refuses options that depend on a request. Everything that uses them would also be request-scoped:
 * Nest would call none of the module's lifecycle hooks, and most releases of Nest 11 would silently
 * skip the global guard, which leaves every route open.
 *
 * It depends on no option, so that Nest calls its own hook.
 */
export class StaticOptions implements OnModuleInit {
  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws Error that names the fix */
  onModuleInit(): void {
    const owners = this.discovery.getProviders().filter(({ token }) => token === optionsToken);
    if (owners.every((owner) => owner.isDependencyTreeStatic())) return;
    throw new Error(
      'Cannot start ClerkSyncModule: its options depend on a request-scoped provider, but the guard, the cache and the handlers outlive requests. Inject only providers of the default scope into forRootAsync().',
    );
  }
}
