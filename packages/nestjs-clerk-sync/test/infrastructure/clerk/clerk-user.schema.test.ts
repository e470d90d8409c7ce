import { clerkUserJson } from '@populatte/clerk-stub';
import { describe, expect, test } from 'vitest';
import type { Profile } from '../../../src/core/profile.js';
import { clerkUser, profileOf } from '../../../src/infrastructure/clerk/clerk-user.schema.js';
import { aClerkUser } from '../../support/clerk-users.js';

const ada = aClerkUser();
const updatedAt = Date.UTC(2026, 0, 2);
const now = updatedAt + 1_000;
const parse = (value: unknown): Profile => profileOf(clerkUser.parse(value), now);
const user = (overrides: Readonly<Record<string, unknown>> = {}): unknown =>
  clerkUserJson(ada, updatedAt, overrides);

describe('clerkUser', () => {
  test('reads a profile with updated_at as its version', () => {
    expect(parse(user())).toEqual({ ...ada, version: { at: updatedAt, exact: true } });
  });

  test('takes the primary email by its id', () => {
    const addresses = ['first', 'primary', 'last'].map((id) => ({
      id,
      email_address: `${id}@x.example`,
    }));
    const parsed = parse(user({ email_addresses: addresses, primary_email_address_id: 'primary' }));
    expect(parsed.email).toBe('primary@x.example');
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['the primary id is null', { primary_email_address_id: null }],
    ['the primary id is missing', { primary_email_address_id: undefined }],
    ['the primary id is of the wrong type', { primary_email_address_id: 7 }],
    ['the primary id is not listed', { primary_email_address_id: 'idn_gone' }],
    ['the list is empty', { email_addresses: [] }],
    ['the list is missing', { email_addresses: undefined }],
    ['the list is null', { email_addresses: null }],
    [
      'the primary address is of the wrong type',
      { email_addresses: [{ id: 'idn_primary', email_address: 7 }] },
    ],
    [
      'neither the primary id nor an address id is present',
      { primary_email_address_id: null, email_addresses: [{ email_address: 'a@x.example' }] },
    ],
    [
      'both ids are null',
      {
        primary_email_address_id: null,
        email_addresses: [{ id: null, email_address: 'a@x.example' }],
      },
    ],
  ])('has no email if %s', (_what, overrides) => {
    expect(parse(user(overrides)).email).toBeNull();
  });

  test.each<[unknown, unknown, string | null]>([
    ['Ada', 'T', 'Ada T'],
    ['Ada', null, 'Ada'],
    [undefined, 'T', 'T'],
    [null, null, null],
    [7, 'T', 'T'],
    ['', '', null],
  ])('joins the names %j and %j into %j', (first, last, expected) => {
    expect(parse(user({ first_name: first, last_name: last })).name).toBe(expected);
  });

  test.each([null, undefined, 7, ''])('has no image URL if it is %j', (image) => {
    expect(parse(user({ image_url: image })).imageUrl).toBeNull();
  });

  test.each([true, false])('reports whether the user is banned, as Clerk does: %s', (banned) => {
    expect(parse(user({ banned }))).toMatchObject({ banned });
  });

  test.each([undefined, null, 'true', 1])('reports no ban status for %j', (banned) => {
    expect(parse(user({ banned }))).not.toHaveProperty('banned');
  });

  test('normalises text', () => {
    expect(parse(user({ first_name: 'A\0', last_name: '\ud83d' })).name).toBe('A');
  });

  test.each([updatedAt, updatedAt / 1000, new Date(updatedAt).toISOString()])(
    'reads an updated_at of %j',
    (value) => {
      const { version } = parse(user({ updated_at: value }));
      expect(version).toEqual({ at: updatedAt, exact: true });
    },
  );

  test('ignores an updated_at more than 24 h ahead of the clock', () => {
    const day = 86_400_000;
    const version = (at: number, otherwise?: number): unknown =>
      profileOf(clerkUser.parse(user({ updated_at: at })), now, otherwise).version;
    expect(version(now + day, now)).toEqual({ at: now + day, exact: true });
    expect(version(now + day + 1, now)).toEqual({ at: now, exact: false });
    expect(version(8.6e15, now)).toEqual({ at: now, exact: false });
    expect(version(8.6e15)).toEqual({ at: 0, exact: false });
    expect(version(8.6e15, now + day + 1)).toEqual({ at: 0, exact: false });
  });

  test.each([undefined, null, 0, -1, 'soon', String(updatedAt), {}])(
    'rejects a user with an updated_at of %j',
    (value) => {
      expect(clerkUser.safeParse(user({ updated_at: value })).success).toBe(false);
    },
  );

  test('rejects digits beyond the range of dates, which are not a number', () => {
    expect(clerkUser.safeParse(user({ updated_at: '9'.repeat(20) })).success).toBe(false);
  });

  test('names the field of a user that cannot be parsed', () => {
    expect(clerkUser.safeParse(user({ updated_at: 'soon' })).error?.issues).toMatchObject([
      { code: 'custom', path: ['updated_at'], message: 'is not a time' },
    ]);
  });

  test.each([undefined, null, '', 7, 'user 1', 'user_\0', 'u'.repeat(256)])(
    'rejects a user with the id %j',
    (id) => {
      expect(clerkUser.safeParse(user({ id })).success).toBe(false);
    },
  );

  test.each([null, 'user_1', [], 7])('rejects %j', (value) => {
    expect(clerkUser.safeParse(value).success).toBe(false);
  });
});
