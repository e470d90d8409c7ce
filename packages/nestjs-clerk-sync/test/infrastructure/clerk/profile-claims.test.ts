import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullName, profileFromClaims } from '../../../src/infrastructure/clerk/profile-claims.js';

const issuedAt = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
const whole = {
  email: 'ada@people.example',
  name: 'Ada Testperson',
  imageUrl: 'https://img.people.example/ada.png',
};

type Claims = Readonly<Record<string, unknown>>;

const profileOf = (claims: Claims): ReturnType<typeof profileFromClaims> =>
  profileFromClaims('user_1', issuedAt, claims, issuedAt * 1000);

/** @returns the complete claims with these overrides */
function instead(names: readonly string[], others: Claims): Claims {
  return {
    ...Object.fromEntries(Object.entries(whole).filter(([name]) => !names.includes(name))),
    ...others,
  };
}

describe('profileFromClaims', () => {
  test('reads a whole profile, with iat as its version if there is no updatedAt', () => {
    expect(profileOf(whole)).toEqual({
      ...whole,
      clerkId: 'user_1',
      version: { at: issuedAt * 1000, exact: false },
    });
  });

  test('cuts a fractional iat to whole milliseconds', () => {
    const profile = profileFromClaims('user_1', 1_700_000_000.123_456, whole, Date.now());
    expect(profile?.version).toEqual({ at: 1_700_000_000_123, exact: false });
  });

  test.each<[string, Claims, string | null]>([
    ['name', { name: 'Ada T' }, 'Ada T'],
    ['fullName', { fullName: 'Ada T' }, 'Ada T'],
    ['full_name', { full_name: 'Ada T' }, 'Ada T'],
    ['firstName and lastName', { firstName: 'Ada', lastName: 'T' }, 'Ada T'],
    ['first_name and last_name', { first_name: 'Ada', last_name: 'T' }, 'Ada T'],
    ['firstName and last_name', { firstName: 'Ada', last_name: 'T' }, 'Ada T'],
    ['a first name beside a null last name', { firstName: 'Ada', lastName: null }, 'Ada'],
    ['a last name beside a null first name', { firstName: null, lastName: 'T' }, 'T'],
    ['first and last name that are both null', { firstName: null, lastName: null }, null],
    ['first and last name with space around', { firstName: ' Ada ', lastName: ' ' }, 'Ada'],
    ['a present null', { name: null }, null],
    ['empty text', { name: '' }, null],
    ['a null before other spellings', { name: null, fullName: 'Ada T' }, null],
    [
      'name before other spellings',
      { name: 'Ada T', fullName: 'B', firstName: 'C', lastName: 'D' },
      'Ada T',
    ],
    ['the next spelling if one has the wrong type', { name: 7, full_name: 'Ada T' }, 'Ada T'],
  ])('takes the name from %s', (_from, claims, expected) => {
    const profile = profileOf(instead(['name'], claims));
    expect(profile).not.toBeNull();
    expect(profile?.name).toBe(expected);
  });

  test.each<[string, Claims, string | null]>([
    ['imageUrl', { imageUrl: 'https://x.example/1' }, 'https://x.example/1'],
    ['image_url', { image_url: 'https://x.example/1' }, 'https://x.example/1'],
    ['picture', { picture: 'https://x.example/1' }, 'https://x.example/1'],
    ['a present null', { imageUrl: null }, null],
  ])('takes the image from %s', (_from, claims, expected) => {
    const profile = profileOf(instead(['imageUrl'], claims));
    expect(profile).not.toBeNull();
    expect(profile?.imageUrl).toBe(expected);
  });

  test.each<[string, Claims, string | null]>([
    ['email', { email: 'a@x.example' }, 'a@x.example'],
    ['a present null', { email: null }, null],
  ])('takes the email from %s', (_from, claims, expected) => {
    const profile = profileOf(instead(['email'], claims));
    expect(profile).not.toBeNull();
    expect(profile?.email).toBe(expected);
  });

  test.each<[string, Claims]>([
    ['no email', instead(['email'], {})],
    ['no name', instead(['name'], {})],
    ['no image', instead(['imageUrl'], {})],
    ['a first name without a last name', instead(['name'], { firstName: 'Ada' })],
    ['a last name without a first name', instead(['name'], { last_name: 'T' })],
    [
      'a first name and a last name of the wrong type',
      instead(['name'], { firstName: 'Ada', lastName: 7 }),
    ],
    ['an email of the wrong type', instead(['email'], { email: ['a@x.example'] })],
    ['a name of the wrong type', instead(['name'], { name: { first: 'Ada' } })],
    ['an image of the wrong type', instead(['imageUrl'], { imageUrl: true })],
    ['an email under an unknown claim name', instead(['email'], { email_address: 'a@x.example' })],
    ['no claims at all', {}],
  ])('finds no profile in a token with %s', (_what, claims) => {
    expect(profileOf(claims)).toBeNull();
  });

  test.each<[string, Claims]>([
    ['updatedAt', { updatedAt: issuedAt - 60 }],
    ['updated_at', { updated_at: (issuedAt - 60) * 1000 }],
    ['updated_at if updatedAt is not a time', { updatedAt: 'soon', updated_at: issuedAt - 60 }],
    ['updatedAt before updated_at', { updatedAt: issuedAt - 60, updated_at: issuedAt - 90 }],
  ])('takes an exact version from %s', (_from, claims) => {
    expect(profileOf({ ...whole, ...claims })?.version).toEqual({
      at: (issuedAt - 60) * 1000,
      exact: true,
    });
  });

  test.each([null, '', 'soon', String(issuedAt), -1, {}])(
    'takes iat as the version if updatedAt is %j',
    (updatedAt) => {
      expect(profileOf({ ...whole, updatedAt })?.version).toEqual({
        at: issuedAt * 1000,
        exact: false,
      });
    },
  );

  test('normalises the profile', () => {
    const profile = profileOf({ email: ' a\0@x ', name: 'A\ud83d', imageUrl: 'i'.repeat(5000) });
    expect(profile).toMatchObject({ email: 'a@x', name: 'A' });
    expect(profile?.imageUrl).toHaveLength(2048);
  });

  test('finds a profile if and only if email, name and image URL are each text or null', () => {
    const claim = fc.oneof(fc.string(), fc.constant(null), fc.constant(undefined), fc.anything());
    fc.assert(
      fc.property(claim, claim, claim, (email, name, imageUrl) => {
        const isPresent = (value: unknown): boolean => value === null || typeof value === 'string';
        const present = [email, name, imageUrl].every(isPresent);
        expect(profileOf({ email, name, imageUrl }) !== null).toBe(present);
      }),
    );
  });
});

describe('fullName', () => {
  test.each([
    ['Ada', 'T', 'Ada T'],
    ['Ada', null, 'Ada'],
    [null, 'T', 'T'],
    [null, null, null],
    ['', ' ', null],
  ])('joins %j and %j to %j', (first, last, expected) => {
    expect(fullName(first, last)).toBe(expected);
  });
});

describe('profileFromClaims with an updatedAt more than 24 h ahead of the clock', () => {
  const dayAhead = issuedAt + 86_400;
  const version = (claims: Claims): unknown => profileOf({ ...whole, ...claims })?.version;

  test.each([
    { updatedAt: dayAhead * 1000 + 1 },
    { updatedAt: 8.6e15 },
    { updatedAt: '9999-12-31T00:00:00Z' },
    { updated_at: '9999-12-31 00:00:00 +0000 UTC' },
    { updatedAt: dayAhead + 1, updated_at: dayAhead + 1 },
  ])('takes iat as the version: %j', (claims) => {
    expect(version(claims)).toEqual({ at: issuedAt * 1000, exact: false });
  });

  test('accepts an updatedAt exactly 24 h ahead', () => {
    expect(version({ updatedAt: dayAhead })).toEqual({ at: dayAhead * 1000, exact: true });
  });

  test('takes the other spelling if it is not ahead', () => {
    expect(version({ updatedAt: 8.6e15, updated_at: issuedAt - 60 })).toEqual({
      at: (issuedAt - 60) * 1000,
      exact: true,
    });
  });
});
