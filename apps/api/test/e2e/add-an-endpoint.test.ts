import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { withCopiedApi } from '../support/copied-api.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { RepositoryCopy } from '../support/repository-copy.js';
import type { Answer } from '../support/send.js';
import { aProfileToken } from '../support/session-token.js';

const guide = new URL('../../../../docs/guides/add-an-endpoint.md', import.meta.url);

/** Matches a new file in the guide: `Create` and a path in backticks, then a code block. */
const newFile = /^Create `([^`]+\.ts)`[^\n]*\n\n```ts\n(.*?)```/gms;

/** Matches a line to add: a code block of a single line. */
const newLine = /```ts\n([^\n]+\n)```/g;

describe('an endpoint built in a copy of the repository by following docs/guides/add-an-endpoint.md', () => {
  const fixture = withCopiedApi(async (copy) => {
    const text = await readFile(guide, 'utf8');
    const files = [...text.matchAll(newFile)];
    expect(files).toHaveLength(4);
    for (const [, path = '', content = ''] of files) await copy.write(path, content);
    await addTheLines(
      copy,
      [...text.matchAll(newLine)].map(([, line = '']) => line),
    );
  });

  async function greet(name: string): Promise<Answer> {
    const { api, clerk } = fixture();
    const token = await aProfileToken(clerk.key, aClerkUser({ name: 'Grace Hopper' }));
    return api.send(`/greetings/${name}`, { headers: { authorization: `Bearer ${token}` } });
  }

  test('greets in the name of the local user', async () => {
    const answer = await greet('Ada');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ text: 'Grace Hopper greets Ada.' });
  });

  test('requires a session token by default', async () => {
    const answer = await fixture().api.send('/greetings/Ada');
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
    const { copy } = fixture();
    await copy.testContracts(['-u']);
    await copy.testContracts([]);
  });

  test('appears in the OpenAPI document', async () => {
    const answer = await fixture().api.send('/openapi.json');
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
