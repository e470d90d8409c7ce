import { VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { onHttpAdapter } from './http-adapter.js';

/** The options of `app.enableVersioning()` that the check needs. */
interface Versioning {
  readonly type: VersioningType;
  readonly defaultVersion?: unknown;
}

/** Nest's version filter, on both platforms. It is not called for versions in the path. */
interface VersioningAdapter {
  applyVersionFilter?: (handler: unknown, version: unknown, versioning: Versioning) => unknown;
}

/**
 * Detects a default version that Clerk cannot send: it calls a URL, but sends neither an application's
 * header nor its media type. Nest does not expose the versioning, so this intercepts its use.
 */
export class WebhookVersionCheck {
  private isUnreachable = false;

  constructor(host: HttpAdapterHost) {
    onHttpAdapter(host, (adapter) => {
      this.watch(adapter as VersioningAdapter | null);
    });
  }

  /** @throws Error when the default version, which the webhook route has, hides it from Clerk */
  assertReachable(): void {
    if (!this.isUnreachable) return;
    throw new Error(
      'Cannot start ClerkSyncModule: the default version of this application also applies to its webhook route, but Clerk sends no version in a header or media type, so its webhooks would get 404. Pass webhookVersion: VERSION_NEUTRAL, or webhookPath: false.',
    );
  }

  /** @param adapter null in an application without HTTP, such as a worker */
  private watch(adapter: VersioningAdapter | null): void {
    if (adapter?.applyVersionFilter === undefined) return;
    const filter = adapter.applyVersionFilter;
    adapter.applyVersionFilter = (handler, version, versioning) => {
      const { type, defaultVersion } = versioning;
      const isNeutral = [defaultVersion].flat().includes(VERSION_NEUTRAL);
      this.isUnreachable ||=
        type !== VersioningType.URI && defaultVersion !== undefined && !isNeutral;
      return filter.call(adapter, handler, version, versioning);
    };
  }
}
