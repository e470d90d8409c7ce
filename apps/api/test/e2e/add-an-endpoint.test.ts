import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { FakeClerk } from '../support/fake-clerk.js';
import { aPerson } from '../support/people.js';
import { RepositoryCopy } from '../support/repository-copy.js';
import type { Answer } from '../support/send.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const guide = new URL('../../../../docs/add-an-endpoint.md', import.meta.url);

/** A path in backticks, then the file's text: how the guide shows each of the three files. */
const shownFile = /^`([^`]+\.ts)`:[^\n]*\n\n```ts\n(.*?)```/gms;

describe('docs/add-an-endpoint.md, followed to the letter in a copy of the repository', () => {
  let copy: RepositoryCopy;
  let database: TestDatabase;
  let clerk: FakeClerk;
  let api: ApiProcess;

  beforeAll(async () => {
    [copy, database, clerk] = await Promise.all([
      RepositoryCopy.make(),
      createTestDatabase(),
      FakeClerk.start(),
    ]);
    const files = [...(await readFile(guide, 'utf8')).matchAll(shownFile)];
    expect(files).toHaveLength(3);
    for (const [, path = '', text = ''] of files) await copy.write(path, text);
    await followTheLines(copy);
    await copy.build();
    api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }), copy.folder);
  }, 120_000);

  afterAll(async () => {
    await api.stop();
    await Promise.all([clerk.close(), database.drop(), copy.remove()]);
  });

  async function greet(name: string): Promise<Answer> {
    const token = await aProfileToken(clerk.key, aPerson({ name: 'Grace Hopper' }));
    return api.send(`/greetings/${name}`, { headers: { authorization: `Bearer ${token}` } });
  }

  test('the endpoint greets in the local user’s name', async () => {
    const answer = await greet('Ada');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ text: 'Grace Hopper greets Ada.' });
  });

  test('it needs a session without saying so', async () => {
    const answer = await api.send('/greetings/Ada');
    expect(answer.json()).toMatchObject({ status: 401, code: 'token_missing' });
  });

  test('what the contract does not allow is refused, and it is said where', async () => {
    const answer = await greet('a'.repeat(101));
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'validation_failed',
      issues: [{ path: ['params', 'name'] }],
    });
  });

  test('the OpenAPI document has it', async () => {
    const answer = await api.send('/openapi.json');
    expect(answer.json()).toMatchObject({ paths: { '/greetings/{name}': { get: {} } } });
  });
});

/** What the guide says in words: the exports, the module's line, the use case's provider. */
async function followTheLines(copy: RepositoryCopy): Promise<void> {
  const contracts = 'packages/contracts/src';
  const api = 'apps/api/src';
  await copy.edit(
    `${contracts}/index.ts`,
    'export {',
    "export { getGreeting } from './greetings/greetings.endpoints.js';\nexport {",
  );
  await copy.edit(
    `${contracts}/endpoints.ts`,
    'users: { me: getMe },',
    'users: { me: getMe },\n  greetings: { get: getGreeting },',
  );
  await copy.edit(
    `${contracts}/endpoints.ts`,
    'import ',
    "import { getGreeting } from './greetings/greetings.endpoints.js';\nimport ",
  );
  await copy.edit(
    `${api}/presentation/users/users.module.ts`,
    'controllers: [UsersController]',
    'controllers: [UsersController, GreetingsController]',
  );
  await copy.edit(
    `${api}/presentation/users/users.module.ts`,
    'import ',
    "import { GreetingsController } from '../greetings/greetings.controller.js';\nimport ",
  );
  await copy.edit(
    `${api}/core.module.ts`,
    'const providers = [',
    'const providers = [\n      provideUseCase(GreetUseCase, []),',
  );
  await copy.edit(
    `${api}/core.module.ts`,
    'import ',
    "import { GreetUseCase } from './core/greetings/greet.use-case.js';\nimport ",
  );
}
