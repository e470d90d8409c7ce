import { VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, test } from 'vitest';
import { WebhookVersionCheck } from '../../src/presentation/webhook-version.js';

interface Adapter {
  applyVersionFilter?: (handler: string, version: string, versioning: object) => unknown;
}

/** A check in an application that gets its adapter after its providers, as Nest's testing module does. */
function checkWith(adapter: Adapter | null): () => void {
  const host = new HttpAdapterHost();
  const check = new WebhookVersionCheck(host);
  (host as { httpAdapter: unknown }).httpAdapter = adapter;
  return () => {
    check.assertReachable();
  };
}

/** Registers a route as Nest does with this versioning. @returns the check */
function registering(versioning: object): () => void {
  const adapter: Adapter = { applyVersionFilter: (handler, version) => `${handler} ${version}` };
  const check = checkWith(adapter);
  // The route itself is registered as before.
  expect(adapter.applyVersionFilter?.('handler', '1', versioning)).toBe('handler 1');
  return check;
}

describe('WebhookVersionCheck', () => {
  test.each([VersioningType.HEADER, VersioningType.MEDIA_TYPE, VersioningType.CUSTOM])(
    'refuses a default version of type %s, which Clerk cannot send',
    (type) => {
      expect(registering({ type, defaultVersion: '1' })).toThrow(
        /Clerk sends no version .* webhookVersion: VERSION_NEUTRAL, or webhookPath: false\.$/,
      );
    },
  );

  test.each<[string, object]>([
    ['without a default version', { type: VersioningType.HEADER }],
    [
      'whose default version is neutral',
      { type: VersioningType.HEADER, defaultVersion: VERSION_NEUTRAL },
    ],
    [
      'whose default versions include the neutral one',
      { type: VersioningType.CUSTOM, defaultVersion: ['1', VERSION_NEUTRAL] },
    ],
    ['with versions in the path', { type: VersioningType.URI, defaultVersion: '1' }],
  ])('accepts an application %s', (_what, versioning) => {
    expect(registering(versioning)).not.toThrow();
  });

  test('accepts an application without HTTP, and a platform without versions', () => {
    expect(checkWith(null)).not.toThrow();
    expect(checkWith({})).not.toThrow();
  });
});
