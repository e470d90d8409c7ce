import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClerkStub } from '@populatte/clerk-stub';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { aPerson } from '@populatte/nestjs-clerk-sync/test/support/people.js';
import { RepositoryCopy } from '../support/repository-copy.js';
import type { Answer } from '../support/send.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const guide = new URL('../../../../docs/guides/add-an-endpoint.md', import.meta.url);

/** Matches a new file in the guide: `Create` and a path in backticks, then a code block. */
const newFile = /^Create `([^`]+\.ts)`[^\n]*\n\n```ts\n(.*?)```/gms;

/** Matches a line to add: a code block of a single line. */
const newLine = /```ts\n([^\n]+\n)```/g;

describe('an endpoint built in a copy of the repository by following docs/guides/add-an-endpoint.md', () => {
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
    const files = [...text.matchAll(newFile)];
    expect(files).toHaveLength(4);
    for (const [, path = '', content = ''] of files) await copy.write(path, content);
    await addTheLines(
      copy,
      [...text.matchAll(newLine)].map(([, line = '']) => line),
    );
    await copy.build();
    api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }), copy.folder);
  });

  afterAll(async () => {
    await api.stop();
    await Promise.all([clerk.close(), database.drop(), copy.remove()]);
  });

  async function greet(name: string): Promise<Answer> {
    const token = await aProfileToken(clerk.key, aPerson({ name: 'Grace Hopper' }));
    return api.send(`/greetings/${name}`, { headers: { authorization: `Bearer ${token}` } });
  }

  test('greets in the name of the local user', async () => {
    const answer = await greet('Ada');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ text: 'Grace Hopper greets Ada.' });
  });

  test('requires a session token by default', async () => {
    const answer = await api.send('/greetings/Ada');
    expect(answer.json()).toMatchObject({ status: 401, code: 'token_missing' });
  });

  test('rejects input that breaks the contract and names the parameter', async () => {
    const answer = await greet('a'.repeat(101));
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'validation_failed',
      issues: [{ path: ['params', 'name'] }],
    });
  });

  test('passes the tests of the contracts package after its export snapshot is updated', async () => {
    await copy.testContracts(['-u']);
    await copy.testContracts([]);
  });

  test('appears in the OpenAPI document', async () => {
    const answer = await api.send('/openapi.json');
    expect(answer.json()).toMatchObject({ paths: { '/greetings/{name}': { get: {} } } });
  });
});

/**
 * Where to insert each line of the guide, in order: at the top of a file, or before a given text.
 */
const places: readonly (readonly [path: string, before: string])[] = [
  ['packages/contracts/src/index.ts', ''],
  ['packages/contracts/src/endpoints.ts', ''],
  ['packages/contracts/src/endpoints.ts', '  users: {'],
  ['apps/api/src/app.module.ts', ''],
  ['apps/api/src/app.module.ts', '    DocsModule,'],
];

async function addTheLines(copy: RepositoryCopy, lines: readonly string[]): Promise<void> {
  expect(lines).toHaveLength(places.length);
  for (const [index, [path, before]] of places.entries()) {
    await copy.edit(path, before, `${lines[index] ?? ''}${before}`);
  }
}
