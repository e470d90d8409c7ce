import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startClerkLocal, type ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { runCommand } from '../support/command-line.js';
import { aTemporaryFolder } from '../support/temporary-folder.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

const yaml = `
users:
  - id: user_ada
    emailAddresses:
      - ada@example.com
      - { emailAddress: countess@example.com, verified: false }
    password: correct horse
    firstName: Ada
    lastName: Lovelace
    username: ada
    phoneNumbers: ['+15555550100']
    externalId: ext_1
    imageUrl: https://example.com/ada.png
    publicMetadata: { role: admin }
    privateMetadata: { plan: free }
    createdAt: 2024-01-02T03:04:05Z
  - emailAddresses: [eve@example.com]
    banned: true
organizations:
  - id: org_acme
    name: Acme
    members:
      - { user: ada@example.com, role: org:admin }
sessionClaims:
  mail: '{{user.primary_email_address}}'
`;

function aSeedFile(content: string, name = 'seed.yaml'): string {
  const file = path.join(aTemporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

async function get(clerk: ClerkLocal, route: string): Promise<unknown> {
  return (await callBackendApi(clerk, { method: 'GET', path: route })).json();
}

describe('a seed file', () => {
  test('creates users with all their members', async () => {
    const clerk = await aClerkLocal({ seed: aSeedFile(yaml) });
    expect(await get(clerk, '/v1/users/user_ada')).toMatchObject({
      id: 'user_ada',
      first_name: 'Ada',
      last_name: 'Lovelace',
      username: 'ada',
      external_id: 'ext_1',
      image_url: 'https://example.com/ada.png',
      has_image: true,
      password_enabled: true,
      banned: false,
      public_metadata: { role: 'admin' },
      private_metadata: { plan: 'free' },
      created_at: Date.UTC(2024, 0, 2, 3, 4, 5),
      email_addresses: [
        { email_address: 'ada@example.com', verification: { status: 'verified' } },
        { email_address: 'countess@example.com', verification: null },
      ],
      phone_numbers: [{ phone_number: '+15555550100' }],
    });
    expect(await get(clerk, '/v1/users?email_address=eve@example.com')).toMatchObject([
      { banned: true },
    ]);
  });

  test('creates organizations with their members, and sets the session claims', async () => {
    const clerk = await aClerkLocal({ seed: aSeedFile(yaml) });
    expect(await get(clerk, '/v1/organizations/acme')).toMatchObject({
      id: 'org_acme',
      name: 'Acme',
      members_count: 1,
    });
    expect(await get(clerk, '/v1/organizations/org_acme/memberships')).toMatchObject({
      total_count: 1,
      data: [{ role: 'org:admin', public_user_data: { user_id: 'user_ada' } }],
    });
    const token = await clerk.sessionToken({ userId: 'user_ada' });
    const payload: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(payload).toMatchObject({ sub: 'user_ada', mail: 'ada@example.com' });
  });

  test('may be JSON', async () => {
    const json = JSON.stringify({ users: [{ id: 'user_1', emailAddresses: ['a@example.com'] }] });
    const clerk = await aClerkLocal({ seed: aSeedFile(json, 'seed.json') });
    expect((await clerk.users.get('user_1')).id).toBe('user_1');
  });

  test('sends webhooks to its endpoints, each with its own secret and events', async () => {
    const [all, deletions] = [await aWebhookReceiver(), await aWebhookReceiver()];
    const secret = `whsec_${Buffer.from('0123456789abcdef').toString('base64')}`;
    const clerk = await aClerkLocal({
      seed: {
        webhooks: [{ url: all.url }, { url: deletions.url, secret, events: ['user.deleted'] }],
      },
    });
    const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
    await clerk.users.delete(id);
    await clerk.webhooks.drain();
    expect(all.received.map(({ event }) => event.type)).toEqual(['user.created', 'user.deleted']);
    expect(deletions.received.map(({ event }) => event.type)).toEqual(['user.deleted']);
    const signatures = [all.received[1], deletions.received[0]].map(
      (received) => received?.headers['svix-signature'],
    );
    expect(new Set(signatures).size).toBe(2);
  });

  test('replaces the webhook endpoint of the options that has the same URL', async () => {
    const { url: webhookUrl, received } = await aWebhookReceiver();
    const webhooks = [{ url: webhookUrl, events: ['user.deleted' as const] }];
    const clerk = await aClerkLocal({ webhookUrl, seed: { webhooks } });
    const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
    await clerk.users.delete(id);
    await clerk.webhooks.drain();
    expect(received.map(({ event }) => event.type)).toEqual(['user.deleted']);
  });

  test('does not change what an earlier start created', async () => {
    const data = aTemporaryFolder();
    const seed = aSeedFile(yaml);
    const first = await aClerkLocal({ data, seed });
    await first.users.update('user_ada', { first_name: 'Augusta' });
    await first.close();
    const second = await aClerkLocal({ data, seed });
    expect(await second.users.count()).toBe(2);
    expect((await second.users.get('user_ada')).first_name).toBe('Augusta');
    expect(await get(second, '/v1/organizations')).toMatchObject({ total_count: 1 });
  });

  test.each([
    ['accounts: []', /unknown: accounts\b/],
    ['users: [{ emailAddresses: [], admin: true }]', /unknown: users\.0\.admin\b/],
    [
      'users: [{ emailAddresses: [{ emailAddress: a@example.com, primary: true }] }]',
      /unknown: users\.0\.emailAddresses\.0\.primary\b/,
    ],
    ['organizations: [{ name: A, members: [{ user: a, role: r, x: 1 }] }]', /members\.0\.x\b/],
    ['users: [{ firstName: Ada }]', /users\.0\.emailAddresses/],
    ['users: [{ emailAddresses: [nowhere] }]', /users\.0.*email_address/],
    ['webhooks: [{ url: ftp://example.com }]', /webhooks\.0\.url/],
    [
      'webhooks: [{ url: http://localhost:1/a }, { url: http://localhost:1/a }]',
      /at webhooks: two webhooks have the same url\./,
    ],
    [
      `users: [{ emailAddresses: [], firstName: ${'x'.repeat(257)} }]`,
      /users\.0 \(first_name\): .* 256 characters\./,
    ],
    ['organizations: [{ name: A, members: [{ user: user_none, role: org:admin }] }]', /user_none/],
    [
      'users: [{ emailAddresses: [], phoneNumbers: [+15555550100] }]',
      /at users\.0\.phoneNumbers\.0: it is read as a number .*; put it in quotes/,
    ],
    ['users: [{ emailAddresses: [], password: 12345678 }]', /password: .*; put it in quotes/],
    ['users: [{ emailAddresses: [], firstName: ~ }]', /firstName: (?!.*quotes)/],
    ['users: [', /is not valid YAML: .+ at line 1, column \d+\. Correct it/],
  ])('stops the start and names what is wrong: %s', async (content, message) => {
    await expect(startClerkLocal({ seed: aSeedFile(content) })).rejects.toMatchObject({
      code: 'seed_invalid',
      message: expect.stringMatching(message) as string,
    });
  });

  test('may begin with a byte order mark and end its lines as on Windows', async () => {
    const file = aSeedFile(`\uFEFF${yaml.replaceAll('\n', '\r\n')}`);
    expect(await (await aClerkLocal({ seed: file })).users.count()).toBe(2);
  });

  test('in UTF-16, as some shells on Windows write it, stops the start', async () => {
    const file = aSeedFile('');
    writeFileSync(file, `\uFEFF${yaml}`, 'utf16le');
    await expect(startClerkLocal({ seed: file })).rejects.toMatchObject({
      code: 'seed_invalid',
      message: `The seed file ${file} is not in UTF-8. Correct it, and start again.`,
    });
  });

  test('that cannot be read stops the start', async () => {
    await expect(startClerkLocal({ seed: '/nowhere/seed.yaml' })).rejects.toMatchObject({
      code: 'seed_invalid',
      message:
        'The seed file /nowhere/seed.yaml cannot be read (ENOENT). Correct it, and start again.',
    });
  });

  test('stops the command with exit code 1', async () => {
    const { code, reported } = await runCommand([
      ...['--port', '0', '--data', aTemporaryFolder(), '--seed', aSeedFile('accounts: []')],
    ]);
    expect(code).toBe(1);
    expect(reported).toMatch(/unknown: accounts/);
  });
});

describe('reproducible ids and times', () => {
  const options = {
    idSeed: 7,
    clock: '2030-01-01T00:00:00Z',
    seed: { organizations: [{ name: 'Acme' }] },
  };

  async function objectsOf(clerk: ClerkLocal): Promise<unknown[]> {
    const user = await clerk.users.create({ email_address: ['ada@example.com'] });
    await clerk.createSession(user.id);
    return [
      await get(clerk, '/v1/users'),
      await get(clerk, '/v1/sessions'),
      await get(clerk, '/v1/organizations'),
    ].map((value) => JSON.parse(JSON.stringify(value).replaceAll(clerk.url, '')) as unknown);
  }

  test('are the same in every instance', async () => {
    const [one, other] = [await aClerkLocal(options), await aClerkLocal(options)];
    const objects = await objectsOf(one);
    expect(await objectsOf(other)).toEqual(objects);
    expect(objects[0]).toMatchObject([{ created_at: Date.UTC(2030, 0, 1) }]);
    const third = await objectsOf(await aClerkLocal({ ...options, idSeed: 8 }));
    expect(third).not.toEqual(objects);
  });

  test('do not repeat an id after a restart', async () => {
    const data = aTemporaryFolder();
    const first = await aClerkLocal({ idSeed: 7, data });
    const { id } = await first.users.create({ email_address: ['ada@example.com'] });
    await first.close();
    const second = await aClerkLocal({ idSeed: 7, data });
    const later = await second.users.create({ email_address: ['eve@example.com'] });
    expect(later.id).not.toBe(id);
  });

  test('leave session tokens valid now', async () => {
    const clerk = await aClerkLocal(options);
    const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
    const token = await clerk.sessionToken({ userId: id });
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      iat: number;
    };
    expect(Math.abs(payload.iat * 1000 - Date.now())).toBeLessThan(60_000);
  });
});
