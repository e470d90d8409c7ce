import { expect, test } from 'vitest';
import { StoreReadOnlyError } from '../../src/core/errors.js';

test('the error of a read-only database says that the user stays signed in and when to retry', () => {
  const cause = new Error('cannot execute INSERT in a read-only transaction');
  const error = new StoreReadOnlyError({ cause });
  expect(error.message).toContain('read-only');
  expect(error.message).toContain('you stay signed in');
  expect(error).toMatchObject({ code: 'sync_unavailable', retryAfterSeconds: 5, cause });
});
