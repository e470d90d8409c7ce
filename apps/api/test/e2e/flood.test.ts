import { until } from '@populatte/process-kit';
import { expect, test } from 'vitest';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { withApi } from '../support/api-fixture.js';
import { expectUser } from '../support/expect-answer.js';
import { aProfileToken } from '../support/session-token.js';

const fixture = withApi();

test('the log names only a user who floods, by local id', async () => {
  const { api, clerk } = fixture();
  const [flooding, quiet] = [aClerkUser(), aClerkUser()];
  const token = (): Promise<string> => aProfileToken(clerk.key, flooding);
  const { id } = expectUser(await api.me(await token()));
  const other = expectUser(await api.me(await aProfileToken(clerk.key, quiet)));
  const named = (): unknown[] =>
    api.logs().filter(({ msg }) => msg?.startsWith('One user has sent about') ?? false);
  await until('the user is named', async () => {
    // A new token per round: on a slow machine, all rounds together outlast a token.
    const current = await token();
    await Promise.all(Array.from({ length: 200 }, () => api.me(current)));
    return named().length > 0;
  });
  expect(named()).toHaveLength(1);
  expect(named()).toMatchObject([{ level: 'warn', msg: expect.stringContaining(id) as string }]);
  expect(api.written).not.toContain(other.id);
  expect(api.written.split(id)).toHaveLength(2);
});
