import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { verifyPassword } from '../../src/domain/users/password.js';
import { startClerkLocal } from '../../src/index.js';
import { readStateFile } from '../../src/server/state-file.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aTemporaryFolder } from '../support/temporary-folder.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

function aStatePath(): string {
  return path.join(aTemporaryFolder(), 'deeper', 'state.json');
}

describe('after a restart', () => {
  test('restores keys, users and sessions', async () => {
    const statePath = aStatePath();
    const before = await aClerkLocal({ statePath });
    const user = await before.users.create({
      email_address: ['ada@example.com'],
      password: 'correct horse',
    });
    const token = decodeJwt(await before.sessionToken({ userId: user.id }));
    await before.close();

    const after = await aClerkLocal({ statePath, port: before.port });

    expect(await after.users.get(user.id)).toEqual(user);
    expect(decodeJwt(await after.sessionToken({ userId: user.id }))['sid']).toBe(token['sid']);
    const { publishableKey, secretKey, webhookSigningSecret, keyId, publicKeyPem } = before;
    expect(after).toMatchObject({ publishableKey, secretKey, webhookSigningSecret });
    expect(after).toMatchObject({ keyId, publicKeyPem });
    expect(after).toMatchObject({ issuer: before.issuer, instanceId: before.instanceId });
  });

  test('restores a rotated key', async () => {
    const statePath = aStatePath();
    const before = await aClerkLocal({ statePath });
    await before.rotateKey();
    await before.close();
    expect((await aClerkLocal({ statePath })).keyId).toBe(before.keyId);
  });

  test('sends a pending webhook with the same svix-id', async () => {
    const statePath = aStatePath();
    const receiver = await aWebhookReceiver(500);
    const options = { statePath, webhookUrl: receiver.url };
    const before = await aClerkLocal({ ...options, webhookRetryDelaysMs: [0, 60_000] });
    await before.users.create({ email_address: ['ada@example.com'] });
    await vi.waitFor(() => {
      expect(before.webhooks.deliveries()).toHaveLength(1);
    }, 60_000);
    await before.close();

    receiver.status = 200;
    const after = await aClerkLocal(options);
    await after.webhooks.drain();

    expect(after.webhooks.deliveries()).toMatchObject([{ attempt: 2, outcome: 'delivered' }]);
    const [first, second] = receiver.received;
    expect(second?.headers['svix-id']).toBe(first?.headers['svix-id']);
    expect(second?.body).toBe(first?.body);
  });
});

describe('the state file', () => {
  test('is readable by its owner only, contains no password and leaves no temporary file', async () => {
    const statePath = aStatePath();
    const clerk = await aClerkLocal({ statePath });
    await clerk.users.create({ email_address: ['ada@example.com'], password: 'correct horse' });

    expect(statSync(statePath).mode & 0o777).toBe(0o600);
    expect(readFileSync(statePath, 'utf8')).not.toContain('correct horse');
    expect(readdirSync(path.dirname(statePath)).sort()).toEqual(['state.json', 'state.json.lock']);
    const hash = (await readStateFile(statePath))?.users[0]?.passwordHash;
    expect(await verifyPassword('correct horse', hash ?? '')).toBe(true);
  });

  test('contains every change when its promise resolves, with 50 concurrent changes', async () => {
    const statePath = aStatePath();
    const clerk = await aClerkLocal({ statePath });
    await Promise.all(
      Array.from({ length: 50 }, async (_, number) => {
        const user = await clerk.users.create({ email_address: [`u${number}@example.com`] });
        const stored = await readStateFile(statePath);
        expect(stored?.users.map(({ id }) => id)).toContain(user.id);
      }),
    );
  });

  test.each(['', '{', '{"version":2}'])(
    'prevents the start and stays unchanged if it contains %j',
    async (text) => {
      const statePath = path.join(aTemporaryFolder(), 'state.json');
      writeFileSync(statePath, text);
      await expect(startClerkLocal({ statePath })).rejects.toMatchObject({
        code: 'state_unreadable',
        message: expect.stringContaining(statePath) as unknown,
      });
      expect(readFileSync(statePath, 'utf8')).toBe(text);
    },
  );
});

test('a state file with a damaged signing key prevents the start', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await startClerkLocal({ statePath });
  await clerk.close();
  const state = JSON.parse(readFileSync(statePath, 'utf8')) as object;
  writeFileSync(statePath, JSON.stringify({ ...state, signingKey: 'damaged' }));
  await expect(startClerkLocal({ statePath })).rejects.toMatchObject({ code: 'state_unreadable' });
});

test('a state file of a newer version is named as such', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  writeFileSync(statePath, '{"version":2}');
  await expect(startClerkLocal({ statePath })).rejects.toMatchObject({
    message: `The state file ${statePath} was written by a newer version of clerk-local. Update clerk-local, or choose another folder with --data (data in startClerkLocal).`,
  });
});

test('a state that cannot be written stops the start, and frees the port', async () => {
  const before = await aClerkLocal();
  await before.close();
  const { port } = before;
  // A file with this name can be looked for, but its temporary copy cannot be created.
  const statePath = path.join(aTemporaryFolder(), 'x'.repeat(240));
  await expect(startClerkLocal({ port, statePath })).rejects.toMatchObject({
    code: 'state_unwritable',
    message: `The state cannot be written to ${statePath} (ENAMETOOLONG). Choose a folder that this user may write to, with --data (data in startClerkLocal).`,
  });
  expect((await aClerkLocal({ port })).port).toBe(port);
});

test('responds with 500 to a change that cannot be stored', async () => {
  const folder = path.join(aTemporaryFolder(), 'gone');
  const lines: string[] = [];
  const statePath = path.join(folder, 'state.json');
  const clerk = await aClerkLocal({ statePath, log: (line) => lines.push(line) });
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder was');

  const json = { email_address: ['ada@example.com'] };
  const response = await callBackendApi(clerk, { method: 'POST', path: '/v1/users', json });

  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ errors: [{ code: 'internal_clerk_error' }] });
  expect(lines.join('\n')).toMatch(
    /error in POST \/v1\/users: trace [0-9a-f]{32}: Error: E(EXIST|NOTDIR)/,
  );
  rmSync(folder);
});
