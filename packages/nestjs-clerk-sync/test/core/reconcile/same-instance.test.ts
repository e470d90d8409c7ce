import { expect, test } from 'vitest';
import { isSameInstance } from '../../../src/core/reconcile/clerk-users.js';

const one = { issuer: 'https://one.example', instanceId: 'ins_one', keyIds: ['kid_one'] };

test.each([
  ['the same id, another domain', { ...one, issuer: 'https://two.example' }, true],
  ['another id, the same domain', { ...one, instanceId: 'ins_two' }, false],
  ['no id, another domain, a common key', { ...one, instanceId: null, issuer: 'x' }, true],
  ['no id, the same domain, other keys', { ...one, instanceId: null, keyIds: ['kid_two'] }, false],
  ['the same domain alone', { issuer: one.issuer, instanceId: null, keyIds: [] }, true],
  ['another domain alone', { issuer: 'x', instanceId: null, keyIds: [] }, false],
  ['nothing that is known', { issuer: null, instanceId: null, keyIds: [] }, true],
])('with %s the instance is the same: %j', (_what, other, expected) => {
  expect(isSameInstance(one, other)).toBe(expected);
  expect(isSameInstance(other, one)).toBe(expected);
});

test('an instance that rotates its keys stays the same while one key is common', () => {
  const unnamed = { issuer: null, instanceId: null };
  const before = { ...unnamed, keyIds: ['kid_one', 'kid_two'] };
  const after = { ...unnamed, keyIds: ['kid_two', 'kid_three'] };
  expect(isSameInstance(before, after)).toBe(true);
});
