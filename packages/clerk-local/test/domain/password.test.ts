import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../src/domain/users/password.js';

test('verifies a password against its hash and rejects another password', async () => {
  const hash = await hashPassword('correct horse');
  expect(await verifyPassword('correct horse', hash)).toBe(true);
  expect(await verifyPassword('correct horsf', hash)).toBe(false);
  expect(await verifyPassword('', hash)).toBe(false);
});

test('creates a new hash each time, which does not contain the password', async () => {
  const [first, second] = [
    await hashPassword('correct horse'),
    await hashPassword('correct horse'),
  ];
  expect(first).not.toBe(second);
  expect(first).not.toContain('correct');
});

test('rejects every password if the hash is malformed', async () => {
  expect(await verifyPassword('', '')).toBe(false);
});
