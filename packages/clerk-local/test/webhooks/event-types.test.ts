import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { webhookEventTypeSchema } from '../../src/domain/state/webhook-records.js';

const types = [...webhookEventTypeSchema.options].sort();

test('every event type that is sent follows a recorded call of one of Clerk’s SDKs', () => {
  const recorded = ['clerk-backend.txt', 'clerk-js.txt'].flatMap((file) =>
    readFileSync(path.join(import.meta.dirname, '../sdk-calls', file), 'utf8')
      .trim()
      .split('\n')
      .flatMap((line) => line.split(' ').slice(2)),
  );
  expect([...new Set(recorded)].sort()).toEqual(types);
});

const folder = process.env['CLERK_OPENAPI_DIR'] ?? '';

/** Events of Clerk's billing, which is left out on purpose. */
const billing = /^(?:paymentAttempt|subscription|subscriptionItem)\./;

describe.skipIf(folder === '')('Clerk’s catalogue of events', () => {
  test('has no type that is missing here, except for billing', () => {
    const text = readFileSync(path.join(folder, 'webhooks-2025-04-15.yml'), 'utf8');
    const schema = z.object({ 'x-webhooks': z.record(z.string(), z.unknown()) });
    const catalogue = Object.keys(schema.parse(parse(text))['x-webhooks']);
    expect(catalogue.filter((type) => !billing.test(type)).sort()).toEqual(types);
  });
});
