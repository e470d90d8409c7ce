import { describe, expect, test } from 'vitest';
import { repeated } from '../../src/core/user.repository.js';

describe('repeated', () => {
  test.each([
    ['created', 'unchanged'],
    ['updated', 'unchanged'],
    ['unchanged', 'unchanged'],
    ['stale', 'stale'],
    ['deferred', 'deferred'],
  ] as const)('%s becomes %s for a caller that shares the sync', (outcome, expected) => {
    const result = { outcome, user: 'Ada', version: 1 };
    expect(repeated(result)).toEqual({ ...result, outcome: expected });
  });

  test('a deleted user stays ignored', () => {
    expect(repeated({ outcome: 'ignored' })).toEqual({ outcome: 'ignored' });
  });
});
