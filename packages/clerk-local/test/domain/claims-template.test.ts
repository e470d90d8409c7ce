import { describe, expect, test } from 'vitest';
import { compileClaimsTemplate } from '../../src/domain/sessions/claims-template.js';
import type { UserRecord } from '../../src/domain/state/user-records.js';
import { ClerkLocalError } from '../../src/index.js';
import { aUserRecord } from '../support/user-record.js';

function claim(template: unknown, changes: Partial<UserRecord> = {}): unknown {
  const render = compileClaimsTemplate({ claim: template });
  return render({ record: aUserRecord(changes), imageUrl: 'http://images/ada.svg' })['claim'];
}

describe('a template of claims', () => {
  test.each([
    ['{{user.id}}', 'user_ada'],
    ['{{user.primary_email_address}}', 'ada@example.com'],
    ['{{user.email_verified}}', true],
    ['{{user.first_name}}', 'Ada'],
    ['{{user.last_name}}', 'Lovelace'],
    ['{{ user.full_name }}', 'Ada Lovelace'],
    ['{{user.image_url}}', 'http://images/ada.svg'],
    ['{{user.created_at}}', 1_000],
    ['{{user.updated_at}}', 2_000],
    ['{{user.external_id}}', null],
    ['{{user.primary_phone_number}}', null],
  ])('replaces %s with its value and type', (shortcode, value) => {
    expect(claim(shortcode)).toBe(value);
  });

  test('keeps JSON values and replaces nested shortcodes', () => {
    const template = {
      on: true,
      list: [1, null, '{{user.id}}'],
      deep: { at: '{{user.created_at}}' },
    };
    expect(claim(template)).toEqual({ on: true, list: [1, null, 'user_ada'], deep: { at: 1_000 } });
  });

  test('converts a shortcode inside text to text, and a missing value to nothing', () => {
    expect(claim('{{user.first_name}} since {{user.created_at}}')).toBe('Ada since 1000');
    expect(claim('{{user.external_id}}!')).toBe('!');
  });

  test('falls back to the first operand that has a value', () => {
    const nameless = { firstName: null, lastName: null };
    expect(claim("{{user.full_name || 'x'}}", nameless)).toBe('x');
    expect(claim('{{user.full_name || "x"}}')).toBe('Ada Lovelace');
    expect(claim('{{user.external_id || user.full_name || user.id}}', nameless)).toBe('user_ada');
    expect(claim('{{user.external_id || user.full_name}}', nameless)).toBeNull();
  });

  test('reads public and unsafe metadata, and returns null for a missing key', () => {
    const changes = { publicMetadata: { team: { role: 'admin', seats: 3 } } };
    expect(claim('{{user.public_metadata.team.seats}}', changes)).toBe(3);
    expect(claim('{{user.public_metadata.team}}', changes)).toEqual({ role: 'admin', seats: 3 });
    expect(claim('{{user.public_metadata.other.role}}', changes)).toBeNull();
    expect(claim('{{user.public_metadata.constructor}}', changes)).toBeNull();
    expect(claim('{{user.unsafe_metadata}}', changes)).toEqual({});
  });

  test.each([
    '{{user.private_metadata}}',
    '{{org.id}}',
    '{{user.first_name.x}}',
    '{{user.toString}}',
  ])('rejects the unknown shortcode %s', (shortcode) => {
    expect(() => claim(shortcode)).toThrow(/is not emulated/);
  });

  test('rejects a malformed shortcode', () => {
    expect(() => claim('{{user.first_name | upper}}')).toThrow(/malformed/);
  });

  test.each(['sub', 'iat', 'sid', 'azp', 'v'])('rejects the reserved claim %s', (reserved) => {
    expect(() => compileClaimsTemplate({ [reserved]: 'x' })).toThrow(
      new ClerkLocalError(
        'invalid_option',
        `The token template sets "${reserved}", which Clerk sets itself.`,
        'Give the claim another name.',
      ),
    );
  });
});
