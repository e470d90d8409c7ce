import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startClerkLocal, type ClerkLocal } from '../../src/index.js';

const identifiers = {
  email_address: ['Ada@people.example'],
  username: 'Ada',
  external_id: 'ext_1',
};

let clerk: ClerkLocal;
beforeEach(async () => {
  clerk = await startClerkLocal();
});
afterEach(() => clerk.close());

/** Creates another user who shares one identifier with the first. */
const claim = (given: Partial<typeof identifiers>): Promise<unknown> =>
  clerk.users.create({ email_address: ['other@people.example'], ...given });

const claims: [string, Partial<typeof identifiers>][] = [
  ['an email address', { email_address: ['ada@people.example'] }],
  ['a username', { username: 'aDA' }],
  ['an external id', { external_id: 'ext_1' }],
];

describe.each(claims)('%s', (_what, given) => {
  test('belongs to one user', async () => {
    await clerk.users.create(identifiers);
    await expect(claim(given)).rejects.toMatchObject({ status: 422 });
  });

  test('is free again after the user was deleted', async () => {
    const { id } = await clerk.users.create(identifiers);
    await clerk.users.delete(id);
    await expect(claim(given)).resolves.toMatchObject({ object: 'user' });
  });
});

test.each([
  ['username', { username: 'Grace' }, { username: 'ada' }],
  ['external id', { external_id: 'ext_2' }, { external_id: 'ext_1' }],
])('a %s is free again after the user changed it', async (_what, change, given) => {
  const { id } = await clerk.users.create(identifiers);
  await clerk.users.update(id, change);
  await expect(claim(change)).rejects.toMatchObject({ status: 422 });
  await expect(claim(given)).resolves.toMatchObject({ object: 'user' });
});

test('a refused claim changes nothing', async () => {
  await clerk.users.create(identifiers);
  await expect(claim({ username: 'ada' })).rejects.toMatchObject({ status: 422 });
  expect(await clerk.users.count()).toBe(1);
});
