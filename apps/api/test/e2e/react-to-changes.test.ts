import { readFile } from 'node:fs/promises';
import { ClerkStub } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { expectUser } from '../support/expect-answer.js';
import { aPerson } from '@populatte/nestjs-clerk-sync/test/support/people.js';
import { RepositoryCopy } from '../support/repository-copy.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const guide = new URL('../../../../docs/guides/react-to-changes.md', import.meta.url);
const module = 'apps/api/src/infrastructure/database/database.module.ts';

let copy: RepositoryCopy;
let database: TestDatabase;
let clerk: ClerkStub;
let api: ApiProcess;

beforeAll(async () => {
  [copy, database, clerk] = await Promise.all([
    RepositoryCopy.make(),
    createTestDatabase(),
    ClerkStub.start(),
  ]);
  const text = await readFile(guide, 'utf8');
  const [, path = '', code = ''] = /in `([^`]+\.ts)`:\n\n {3}```ts\n(.*?) {3}```/s.exec(text) ?? [];
  await copy.write(path, code.replaceAll(/^ {3}/gm, ''));
  const line = `import { DefaultPreferences } from './default-preferences.js';\n`;
  await copy.edit(module, 'import { Queries }', `${line}import { Queries }`);
  await copy.edit(module, '  providers: [\n', '  providers: [\n    DefaultPreferences,\n');
  await copy.build();
  api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }), copy.folder);
});
afterAll(async () => {
  await api.stop();
  await Promise.all([clerk.close(), database.drop(), copy.remove()]);
});

test('the handler of docs/guides/react-to-changes.md runs for a new user', async () => {
  await until('the handler is known', async () => {
    const known = await database.query('select name from user_event_handlers');
    return known.length === 1;
  });
  const token = await aProfileToken(clerk.key, aPerson());
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
