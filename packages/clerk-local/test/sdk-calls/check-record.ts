import type { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { operations } from '../../src/http/operations.js';
import type { Instance } from '../../src/server/instance.js';
import { routesOf, shapeOf } from '../support/routes.js';
import type { CallRecord } from './call-record.js';
import { httpOnly } from './http-only.js';

interface Expected {
  readonly api: keyof typeof httpOnly;
  readonly createRoutes: (instance: Instance) => Hono;
  /** Operations without an effect that could be read back. */
  readonly withoutEffect: readonly string[];
  /** The file with the record. */
  readonly file: string;
}

/** Tests that the record is complete. Register it after the calls. */
export function checkRecord(
  record: CallRecord,
  { api, createRoutes, withoutEffect, file }: Expected,
): void {
  describe('the record', () => {
    test('has only valid responses', () => {
      expect(record.problems).toEqual([]);
    });

    test('reads back every change', () => {
      expect(record.notReadBack).toEqual([...withoutEffect].sort());
    });

    test('misses only what the SDK has no method for', async () => {
      const called = new Set(record.routes.map(shapeOf));
      const routes = (await routesOf(createRoutes)).map(shapeOf);
      const missed = operations
        .filter((operation) => operation.api === api)
        .map(({ method, path }) => `${method} ${path}`)
        .filter((route) => routes.includes(shapeOf(route)) && !called.has(shapeOf(route)));
      const reasons = Object.keys(httpOnly[api]).filter(
        (route) => !route.includes('.well-known') && !route.includes('interstitial'),
      );
      expect(missed.sort()).toEqual(reasons.sort());
    });

    // To write it again: npx vitest run test/sdk-calls -u
    test(`is in ${file}`, async () => {
      await expect(record.toString()).toMatchFileSnapshot(file);
    });
  });
}
