import { readFile } from 'node:fs/promises';
import { until } from '@populatte/process-kit';
import { expect, test } from 'vitest';
import { withCopiedApi } from '../support/copied-api.js';
import { expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';

const guide = new URL('../../../../docs/guides/react-to-changes.md', import.meta.url);
const module = 'apps/api/src/infrastructure/database/database.module.ts';

const fixture = withCopiedApi(async (copy) => {
  const text = await readFile(guide, 'utf8');
  const [, path = '', code = ''] = /in `([^`]+\.ts)`:\n\n {3}```ts\n(.*?) {3}```/s.exec(text) ?? [];
  await copy.write(path, code.replaceAll(/^ {3}/gm, ''));
  const line = `import { DefaultPreferences } from './default-preferences.js';\n`;
  await copy.edit(module, 'import { Queries }', `${line}import { Queries }`);
  await copy.edit(module, '  providers: [\n', '  providers: [\n    DefaultPreferences,\n');
});

test('the handler of docs/guides/react-to-changes.md runs for a new user', async () => {
  const { api, clerk, database } = fixture();
  await until('the handler is known', async () => {
    const known = await database.query('select name from user_event_handlers');
    return known.length === 1;
  });
  const token = await aProfileToken(clerk.key, aClerkUser());
  const { id } = expectUser(await api.me(token));
  await until('the handler has run', async () => {
    const written = await database.query(
      `select language from user_preferences where user_id = $1 and language = 'en'`,
      [id],
    );
    return written.length === 1;
  });
  const { text } = await api.send('/metrics');
  expect(text).toContain('user_event_handler_lag_seconds{handler="default-preferences"}');
});
