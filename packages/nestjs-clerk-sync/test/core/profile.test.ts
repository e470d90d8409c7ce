import { describe, expect, test } from 'vitest';
import {
  isComparable,
  maxVersionLead,
  profileLimits,
  toProfile,
  toVersion,
} from '../../src/core/profile.js';
import { aProfile } from '../support/profile.builder.js';

describe('toProfile', () => {
  test('leaves a well-formed profile unchanged', () => {
    const profile = aProfile();
    expect(toProfile(profile)).toEqual(profile);
  });

  test('cuts email, name and image URL to their limits', () => {
    expect(profileLimits).toEqual({ email: 320, name: 512, imageUrl: 2048 });
    const long = 'x'.repeat(3000);
    const profile = toProfile({ ...aProfile(), email: long, name: long, imageUrl: long });
    expect(profile.email).toHaveLength(320);
    expect(profile.name).toHaveLength(512);
    expect(profile.imageUrl).toHaveLength(2048);
  });

  test.each(['email', 'name', 'imageUrl'] as const)('normalises %s', (field) => {
    expect(toProfile({ ...aProfile(), [field]: ' a\0b\ud83d ' })[field]).toBe('ab');
    expect(toProfile({ ...aProfile(), [field]: '\0' })[field]).toBeNull();
    expect(toProfile({ ...aProfile(), [field]: null })[field]).toBeNull();
  });

  test.each([true, false])('keeps an exactly dated ban or its end: %s', (banned) => {
    expect(toProfile({ ...aProfile(), banned })).toHaveProperty('banned', banned);
  });

  test('drops a ban without an exact version, which could not be ordered', () => {
    const profile = aProfile(undefined, 0, false);
    expect(toProfile({ ...profile, banned: true })).not.toHaveProperty('banned');
  });

  test('reports no ban or actor if the source reports none', () => {
    expect(Object.keys(toProfile(aProfile()))).toEqual(Object.keys(aProfile()));
  });

  test('keeps the impersonator', () => {
    expect(toProfile({ ...aProfile(), actor: 'user_admin' }).actor).toBe('user_admin');
  });

  test('drops members that are not part of a profile', () => {
    const withMore = { ...aProfile(), passwordDigest: 'x' };
    expect(toProfile(withMore)).not.toHaveProperty('passwordDigest');
  });
});

describe('toVersion', () => {
  const now = Date.UTC(2026, 0, 15);
  const latest = now + maxVersionLead;

  test.each([
    ['takes the time of the change', now - 5, now, { at: now - 5, exact: true }],
    ['accepts a clock up to 24 h ahead', latest, now, { at: latest, exact: true }],
    ['replaces a time that cannot be true', latest + 1, now, { at: now, exact: false }],
    ['replaces a missing time', null, now, { at: now, exact: false }],
    ['accepts a substitute up to 24 h ahead', null, latest, { at: latest, exact: false }],
    ['counts as 0 if neither can be true', null, latest + 1, { at: 0, exact: false }],
  ])('%s', (_what, at, otherwise, expected) => {
    expect(toVersion(at, otherwise, now)).toEqual(expected);
  });
});

describe('isComparable', () => {
  const whole = { email: null, name: null, imageUrl: null };

  test('a user with every member of the profile is', () => {
    expect(isComparable({ ...whole, more: 1 })).toBe(true);
  });

  test.each([null, undefined, 'ada', Object.assign(() => 1, { email: null, imageUrl: null })])(
    '%o is not',
    (user) => {
      expect(isComparable(user)).toBe(false);
    },
  );

  test.each(['email', 'name', 'imageUrl'] as const)('a user without %s is not', (missing) => {
    const { [missing]: _, ...rest } = whole;
    expect(isComparable(rest)).toBe(false);
  });
});
