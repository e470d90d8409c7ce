import { expect } from 'vitest';
import { profileLimits, type Profile } from '../../src/core/profile.js';

/** Asserts that a profile is normalised: storable, bounded, trimmed, and never empty text. */
export function expectNormalised(profile: Profile): void {
  expect(profile.clerkId).toMatch(/^[\x21-\x7e]{1,255}$/);
  for (const name of ['email', 'name', 'imageUrl'] as const) {
    const value = profile[name];
    if (value === null) continue;
    expect(value).not.toMatch(/\0|\p{Surrogate}/u);
    expect(value.length).toBeLessThanOrEqual(profileLimits[name]);
    expect(value).not.toBe('');
    expect(value.trim()).toBe(value);
  }
  const { at } = profile.version;
  expect(Number.isSafeInteger(at)).toBe(true);
  expect(at).toBeGreaterThanOrEqual(0);
  expect(new Date(at).getTime()).toBe(at);
}
