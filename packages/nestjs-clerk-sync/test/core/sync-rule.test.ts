import { describe, expect, test } from 'vitest';
import { maxVersionLead, type Profile } from '../../src/core/profile.js';
import { decideSync, type SyncDecision } from '../../src/core/sync-rule.js';
import { aClerkUser } from '../support/clerk-users.js';

const now = Date.UTC(2026, 0, 15);
const clerkUser = aClerkUser();
const same = { email: clerkUser.email, name: clerkUser.name, imageUrl: clerkUser.imageUrl };
const live = { state: 'live', user: same, version: now } as const;

const profile = (at: number, exact: boolean, change: Partial<Profile> = {}): Profile => ({
  ...clerkUser,
  ...change,
  version: { at, exact },
});

describe('decideSync', () => {
  test('creates a user without a stored row', () => {
    expect(decideSync(null, profile(1, true), now)).toBe('create');
    expect(decideSync(null, profile(1, false), now)).toBe('create');
  });

  test('ignores every profile of a deleted user', () => {
    const row = { state: 'deleted' } as const;
    expect(decideSync(row, profile(now + 1_000_000, true), now)).toBe('ignored');
    expect(decideSync(row, profile(0, false), now)).toBe('ignored');
  });

  test.each<[string, number, boolean, boolean, SyncDecision]>([
    ['newer and exact, of another profile', 1, true, false, 'update'],
    ['newer and inexact, of another profile', 1, false, false, 'update'],
    ['newer and exact, of the same profile', 1, true, true, 'advance version'],
    ['newer and inexact, of the same profile', 1, false, true, 'unchanged'],
    ['equal and exact, of another profile', 0, true, false, 'stale'],
    ['equal and inexact, of another profile', 0, false, false, 'stale'],
    ['equal and exact, of the same profile', 0, true, true, 'unchanged'],
    ['equal and inexact, of the same profile', 0, false, true, 'unchanged'],
    ['older and exact, of another profile', -1, true, false, 'stale'],
    ['older and inexact, of another profile', -1, false, false, 'stale'],
    ['older and exact, of the same profile', -1, true, true, 'unchanged'],
    ['older and inexact, of the same profile', -1, false, true, 'unchanged'],
  ])('decides on a version that is %s', (_what, later, exact, isSame, decision) => {
    const change = isSame ? {} : { name: 'Other' };
    expect(decideSync(live, profile(now + later, exact, change), now)).toBe(decision);
  });

  test.each([{ email: null }, { name: null }, { imageUrl: null }, { email: 'x' }, { name: 'x' }])(
    'updates if one member differs: %o',
    (change) => {
      expect(decideSync(live, profile(now + 1, false, change), now)).toBe('update');
    },
  );

  test('treats a stored version over 24 h ahead as 0, so that the row is repaired', () => {
    const frozen = { ...live, version: now + maxVersionLead + 1 };
    expect(decideSync(frozen, profile(now, true, { name: 'Other' }), now)).toBe('update');
    expect(decideSync(frozen, profile(now, true), now)).toBe('advance version');
    expect(decideSync(frozen, profile(0, true, { name: 'Other' }), now)).toBe('stale');
  });

  test('accepts a stored version up to 24 h ahead, since clocks differ', () => {
    const ahead = { ...live, version: now + maxVersionLead };
    expect(decideSync(ahead, profile(now, true, { name: 'Other' }), now)).toBe('stale');
  });

  test('compares the stored profile if the application’s user has other fields', () => {
    const row = { ...live, user: { fullName: 'Ada' }, profile: same };
    expect(decideSync(row, profile(now + 1, false), now)).toBe('unchanged');
    expect(decideSync(row, profile(now + 1, false, { name: 'Other' }), now)).toBe('update');
    const converted = { ...live, user: { ...same, name: 'ADA' }, profile: same };
    expect(decideSync(converted, profile(now + 1, false), now)).toBe('unchanged');
  });

  test('a user with other fields and without a profile is reported as a bug', () => {
    const row = { ...live, user: { fullName: 'Ada' } };
    expect(() => decideSync(row, profile(now, false), now)).toThrow('no profile to compare');
  });

  describe('bans', () => {
    const banned = { ...live, banVersion: now, revocations: { bannedAt: now } };

    test.each<[string, typeof live | typeof banned, number, boolean, SyncDecision]>([
      ['bans with a newer version', live, 1, true, 'change ban'],
      ['bans with the row’s version, which a token may have written', live, 0, true, 'change ban'],
      [
        'does not ban with an older version: banned users get no token',
        live,
        -1,
        true,
        'unchanged',
      ],
      ['lifts a ban with a newer version', banned, 1, false, 'change ban'],
      ['does not lift a ban with its own version', banned, 0, false, 'unchanged'],
      ['keeps a ban that is reported again', banned, 1, true, 'advance version'],
    ])('%s', (_what, row, later, isBanned, decision) => {
      expect(decideSync(row, profile(now + later, true, { banned: isBanned }), now)).toBe(decision);
    });

    test('lifts a ban with a version between the ban’s and the row’s', () => {
      const ahead = { ...banned, version: now + 5 };
      const lifted = profile(now + 2, true, { banned: false, name: 'Older' });
      expect(decideSync(ahead, lifted, now)).toBe('change ban');
    });

    test('bans at the row’s version even if another source wrote a different profile', () => {
      const other = profile(now, true, { banned: true, name: 'Other' });
      expect(decideSync(live, other, now)).toBe('change ban');
    });

    test('treats a ban’s version over 24 h ahead as 0, so that it can be lifted', () => {
      const lifted = profile(now, true, { banned: false });
      const frozen = { ...banned, banVersion: now + maxVersionLead + 1 };
      expect(decideSync(frozen, lifted, now)).toBe('change ban');
      const ahead = { ...banned, banVersion: now + maxVersionLead };
      expect(decideSync(ahead, lifted, now)).toBe('unchanged');
    });

    test('ignores a ban with an inexact version', () => {
      expect(decideSync(live, profile(now + 1, false, { banned: true }), now)).toBe('unchanged');
    });

    test('updates when the profile changes with the ban', () => {
      const changed = profile(now + 1, true, { banned: true, name: 'Other' });
      expect(decideSync(live, changed, now)).toBe('update');
    });
  });
});
