import { expect, it } from 'vitest';
import { hashPassword, verifyPassword } from '../../src/domain/users/password.js';

it('a password is verified against its hash, and another one is not', async () => {
  const hash = await hashPassword('correct horse');
  expect(await verifyPassword('correct horse', hash)).toBe(true);
  expect(await verifyPassword('correct horsf', hash)).toBe(false);
  expect(await verifyPassword('', hash)).toBe(false);
});

it('the same password has another hash each time, which does not contain it', async () => {
  const [first, second] = [
    await hashPassword('correct horse'),
    await hashPassword('correct horse'),
  ];
  expect(first).not.toBe(second);
  expect(first).not.toContain('correct');
});

it('nothing is verified against something that is no hash', async () => {
  expect(await verifyPassword('', '')).toBe(false);
});
