import type { lookup } from 'node:dns/promises';
import { expect, test } from 'vitest';
import { assertLocalhost } from '../../src/environment/localhost-check.js';

const onLoopback = { host: '127.0.0.1', hostInUrl: 'localhost' };

function resolvesTo(...addresses: string[]): typeof lookup {
  return (() =>
    Promise.resolve(
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as typeof lookup;
}

test.each([
  ['::1 only', resolvesTo('::1')],
  ['no address', () => Promise.reject(new Error('ENOTFOUND'))],
])('localhost with %s is refused, and the message names the fix', async (_what, resolve) => {
  await expect(assertLocalhost(onLoopback, resolve)).rejects.toThrow(
    'Add this line to /etc/hosts: 127.0.0.1 localhost',
  );
});

test('localhost with both addresses is accepted, in any order', async () => {
  await assertLocalhost(onLoopback, resolvesTo('::1', '127.0.0.1'));
  await assertLocalhost(onLoopback);
});

test('another host does not depend on localhost', async () => {
  await assertLocalhost({ host: '::1', hostInUrl: '[::1]' }, resolvesTo('::1'));
  await assertLocalhost({ host: '::', hostInUrl: 'localhost' }, resolvesTo('::1'));
});
