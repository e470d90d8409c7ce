import { describe, expect, test } from 'vitest';
import { backendApi } from '../../src/backend-api/backend-api.js';
import { operations } from '../../src/http/operations.js';
import { routesOf } from '../support/routes.js';
import { CallRecord } from './call-record.js';
import { instanceCalls } from './instance-calls.js';
import { organizationCalls } from './organization-calls.js';
import { httpOnly } from './http-only.js';
import { shapeOf } from './route-shape.js';
import { userCalls } from './user-calls.js';

/**
 * Calls every operation that `@clerk/backend` has a method for, and reads each change back.
 * `clerk-backend.txt` lists the operations and their webhooks; SUPPORT.md is generated from it.
 */
const record = new CallRecord('Backend API');

describe('@clerk/backend changes, and reads back', () => {
  userCalls(record);
  organizationCalls(record);
  instanceCalls(record);
});

/** Operations that only answer: there is no effect to read back. */
const withoutEffect = [
  'POST /v1/clients/verify',
  'POST /v1/proxy_checks',
  'POST /v1/sessions/{session_id}/refresh',
  'POST /v1/sessions/{session_id}/tokens',
  'POST /v1/sessions/{session_id}/tokens/{template_name}',
  'POST /v1/testing_tokens',
  'POST /v1/users/{user_id}/verify_password',
  'POST /v1/users/{user_id}/verify_totp',
  'POST /v1/webhooks/svix_url',
];

describe('the record', () => {
  test('has only valid responses', () => {
    expect(record.problems).toEqual([]);
  });

  test('reads back every change', () => {
    expect(record.notReadBack).toEqual([...withoutEffect].sort());
  });

  test('misses only what the SDK has no method for', async () => {
    const called = new Set(record.routes.map(shapeOf));
    const routes = (await routesOf(backendApi)).map(shapeOf);
    const missed = operations
      .filter(({ api }) => api === 'Backend API')
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => routes.includes(shapeOf(route)) && !called.has(shapeOf(route)));
    const reasons = Object.keys(httpOnly['Backend API']).filter(
      (route) => !route.includes('.well-known') && !route.includes('interstitial'),
    );
    expect(missed.sort()).toEqual(reasons.sort());
  });

  // To write it again: npx vitest run test/sdk-calls -u
  test('is in clerk-backend.txt', async () => {
    await expect(record.toString()).toMatchFileSnapshot('clerk-backend.txt');
  });
});
