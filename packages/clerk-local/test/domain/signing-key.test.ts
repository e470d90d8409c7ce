import { expect, test } from 'vitest';
import { SigningKeys } from '../../src/domain/state/signing-key.js';

test('instances that start at the same time, or one after the other, have keys of their own', async () => {
  const keys = new SigningKeys();
  const started = await Promise.all([keys.next(), keys.next(), keys.next()]);
  started.push(await keys.next(), ...(await Promise.all([keys.next(), keys.next()])));
  expect(new Set(started.map(({ kid }) => kid)).size).toBe(6);
});
