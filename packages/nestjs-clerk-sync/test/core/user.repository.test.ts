import { describe, expect, test } from 'vitest';
import { repeated, resultOf } from '../../src/core/user.repository.js';

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

describe('resultOf', () => {
  const row = { state: 'live', user: 'Ada', version: 1 } as const;

  test('a row without rare members yields a result without them', () => {
    expect(resultOf(row, 'created')).toStrictEqual({ outcome: 'created', user: 'Ada', version: 1 });
  });

  test.each([
    ['a profile', { profile: { email: null, name: 'Ada', imageUrl: null } }],
    ['the version of a ban', { banVersion: 2 }],
    ['revocations', { revocations: { bannedAt: null, endedSessions: ['sess_1'] } }],
  ])('a row with %s yields a result with it and with no other rare member', (_, rare) => {
    expect(resultOf({ ...row, ...rare }, 'stale')).toStrictEqual({
      ...{ outcome: 'stale', user: 'Ada', version: 1 },
      ...rare,
    });
  });
});
