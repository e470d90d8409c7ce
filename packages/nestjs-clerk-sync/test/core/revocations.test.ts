import { describe, expect, test } from 'vitest';
import { revocationOf } from '../../src/core/revocations.js';

const bannedAt = Date.UTC(2026, 0, 15, 12, 0, 0, 400);
const session = { sessionId: 'sess_1', issuedAt: bannedAt };
const banned = { bannedAt, endedSessions: [] };

describe('revocationOf', () => {
  test.each([
    [-60_000, 'user_banned'],
    [0, 'user_banned'],
    [1_000, 'user_banned'],
    [1_001, null],
  ])('judges a token that was issued %i ms after the ban', (after, expected) => {
    expect(revocationOf(banned, { ...session, issuedAt: bannedAt + after })).toBe(expected);
  });

  test('never refuses a token because of its issue time if the user is not banned', () => {
    const free = { bannedAt: null, endedSessions: [] };
    expect(revocationOf(free, { ...session, issuedAt: 0 })).toBeNull();
  });

  test('refuses the tokens of an ended session, and of no other session', () => {
    const ended = { bannedAt: null, endedSessions: ['sess_0', 'sess_1'] };
    expect(revocationOf(ended, session)).toBe('session_ended');
    expect(revocationOf(ended, { ...session, sessionId: 'sess_2' })).toBeNull();
  });
});
