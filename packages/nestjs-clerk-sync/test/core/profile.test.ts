import { describe, expect, test } from 'vitest';
import { profileLimits, toProfile } from '../../src/core/profile.js';
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

  test('drops members that are not part of a profile', () => {
    const withMore = { ...aProfile(), passwordDigest: 'x' };
    expect(toProfile(withMore)).not.toHaveProperty('passwordDigest');
  });
});
