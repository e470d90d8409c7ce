import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import type { UserEvent } from '../../../src/core/webhook-verifier.js';
import { WebhookInvalidError, type WebhookRefusalReason } from '../../../src/core/errors.js';
import { ClerkWebhookVerifier } from '../../../src/infrastructure/clerk/clerk-webhook-verifier.js';
import { SystemClock } from '../../../src/core/clock.js';
import { aClerkUser } from '../../support/clerk-users.js';
import { anEvent, signature, signingSecret } from '../../support/signed-webhook.js';

const verifier = new ClerkWebhookVerifier([signingSecret], new SystemClock());
const clerkUser = aClerkUser();
const updatedAt = Date.UTC(2026, 0, 2);
const updated = anEvent('user.updated', clerkUserJson(clerkUser, updatedAt));
const nowInSeconds = (): number => Math.floor(Date.now() / 1000);

type Headers = Readonly<Record<string, string | undefined>>;

/** The headers of a valid delivery with these changes. */
function headersOf(
  body: string | Buffer,
  changes: Headers = {},
  timestamp = nowInSeconds(),
): Headers {
  return {
    'svix-id': 'msg_1',
    'svix-timestamp': String(timestamp),
    'svix-signature': signature(signingSecret, 'msg_1', timestamp, body),
    ...changes,
  };
}

function verify(body: string | Buffer, headers: Headers = headersOf(body)): Promise<UserEvent> {
  return verifier.verify({ body: Buffer.from(body), headers });
}

async function expectInvalid(body: string | Buffer, headers?: Headers): Promise<void> {
  await expect(verify(body, headers)).rejects.toBeInstanceOf(WebhookInvalidError);
}

// The library that checks the timestamp reads the clock from Date.
afterEach(() => {
  vi.useRealTimers();
});

/** Refusals are in clerk-webhook-verifier.forgery.test.ts. */
describe('ClerkWebhookVerifier with a valid delivery', () => {
  test.each(['user.created', 'user.updated'])('reads the profile of %s', async (type) => {
    expect(await verify(anEvent(type, clerkUserJson(clerkUser, updatedAt)))).toMatchObject({
      type: 'profile',
      name: type,
      profile: { ...clerkUser, version: { at: updatedAt, exact: true } },
    });
  });

  test('reads the user id of user.deleted', async () => {
    const body = anEvent('user.deleted', { id: 'user_1', object: 'user', deleted: true });
    expect(await verify(body)).toMatchObject({
      type: 'deletion',
      clerkId: 'user_1',
      name: 'user.deleted',
    });
  });

  test.each(['session.ended', 'session.removed', 'session.revoked'])(
    'reads the session and its user from %s',
    async (type) => {
      const body = anEvent(type, { id: 'sess_1', user_id: 'user_1', status: 'ended' });
      expect(await verify(body)).toMatchObject({
        type: 'session end',
        clerkId: 'user_1',
        sessionId: 'sess_1',
        name: type,
      });
    },
  );

  test.each([{ id: 'sess_1' }, { user_id: 'user_1' }, { id: 'sess 1', user_id: 'user_1' }])(
    'refuses the end of a session without a valid id or user: %j',
    async (data) => {
      await expectInvalid(anEvent('session.ended', data));
    },
  );

  test.each([
    ['session.created', { id: 'sess_1' }],
    ['organization.deleted', { id: 'org_1', deleted: true }],
    ['user.invented', { id: 7 }],
    ['', null],
  ])('returns an event of type other for %j', async (type, data) => {
    expect(await verify(anEvent(type, data))).toMatchObject({ type: 'other', name: 'other' });
  });

  test.each([
    [1_767_312_000_000, 1_767_312_000_000],
    [1_767_312_000, 1_767_312_000_000],
    ['soon', null],
  ])('reads the time of the event from the timestamp %s', async (timestamp, occurredAt) => {
    const body = JSON.stringify({ type: 'user.invented', data: {}, timestamp });
    expect(await verify(body)).toMatchObject({ occurredAt });
  });

  test('accepts a delivery signed by the standardwebhooks library', async () => {
    const at = new Date();
    const signed = new Webhook(signingSecret).sign('msg_1', at, updated);
    const headers = headersOf(
      updated,
      { 'svix-signature': signed },
      Math.floor(at.getTime() / 1000),
    );
    expect(await verify(updated, headers)).toMatchObject({ type: 'profile' });
  });
});

describe('ClerkWebhookVerifier and its secrets', () => {
  test('is enabled by a secret', () => {
    expect(verifier.isEnabled).toBe(true);
  });

  test('is not enabled without a secret, and refuses signed deliveries', async () => {
    const disabled = new ClerkWebhookVerifier([], new SystemClock());
    expect(disabled.isEnabled).toBe(false);
    const delivery = { body: Buffer.from(updated), headers: headersOf(updated) };
    await expect(disabled.verify(delivery)).rejects.toBeInstanceOf(WebhookInvalidError);
  });
});

describe('ClerkWebhookVerifier and times', () => {
  test('accepts an event whose envelope has no timestamp', async () => {
    const created = JSON.stringify({
      type: 'user.created',
      data: clerkUserJson(clerkUser, updatedAt),
    });
    expect(await verify(created)).toMatchObject({
      type: 'profile',
      profile: { version: { at: updatedAt, exact: true } },
      occurredAt: null,
    });
    const deleted = JSON.stringify({ type: 'user.deleted', data: { id: 'user_1' } });
    expect(await verify(deleted)).toMatchObject({ type: 'deletion', clerkId: 'user_1' });
  });

  test('ignores events of other types that have neither data nor timestamp', async () => {
    expect(await verify('{"type":"organization.created"}')).toMatchObject({ type: 'other' });
  });

  test.each(['8640000000000001', '1e300', '1e999'])(
    'ignores an updated_at of %s, which no Date can hold',
    async (ahead) => {
      const timestamp = updatedAt + 1;
      const event = { type: 'user.updated', data: clerkUserJson(clerkUser, updatedAt), timestamp };
      const body = JSON.stringify(event).replace(/"updated_at":\d+/, `"updated_at":${ahead}`);
      expect(await verify(body)).toMatchObject({
        profile: { version: { at: timestamp, exact: false } },
      });
    },
  );
});

describe('ClerkWebhookVerifier and signatures', () => {
  const wrong = `v1,${Buffer.alloc(32).toString('base64')}`;

  test.each<[string, (right: string) => string]>([
    ['a valid signature after a wrong one', (right) => `${wrong} ${right}`],
    ['a valid signature before a wrong one', (right) => `${right} ${wrong}`],
    [
      'a valid signature after signatures of other versions',
      (right) => `v1a,AAAA v2,AAAA ${right}`,
    ],
  ])('accepts %s', async (_what, signatures) => {
    const headers = headersOf(updated);
    const value = signatures(String(headers['svix-signature']));
    expect(await verify(updated, { ...headers, 'svix-signature': value })).toMatchObject({
      type: 'profile',
    });
  });

  test('refuses a body that differs in any byte', async () => {
    const bytes = Buffer.from(updated);
    const headers = headersOf(updated);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 127 }),
        async (at, bit) => {
          const changed = Buffer.from(bytes);
          changed.writeUInt8(changed.readUInt8(at) ^ bit, at);
          await expectInvalid(changed, headers);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('refuses other bytes that decode to the same text', async () => {
    const body = anEvent(
      'user.updated',
      clerkUserJson({ ...clerkUser, name: '\ufffd' }, updatedAt),
    );
    const [before = '', after = ''] = body.split('\ufffd');
    const forged = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
    expect(await verify(body)).toMatchObject({ type: 'profile' });
    await expectInvalid(forged, headersOf(body));
  });
});

describe('ClerkWebhookVerifier and headers', () => {
  test.each(['svix-id', 'svix-timestamp', 'svix-signature'])(
    'refuses a delivery without %s',
    async (name) => {
      for (const value of [undefined, '', ' ']) {
        const refused = verify(updated, headersOf(updated, { [name]: value }));
        await expect(refused).rejects.toThrow(name);
      }
    },
  );

  test.each([-300, 0, 300])('accepts a timestamp %i seconds from now', async (seconds) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const headers = headersOf(updated, {}, nowInSeconds() + seconds);
    expect(await verify(updated, headers)).toMatchObject({ type: 'profile' });
  });
});

describe('ClerkWebhookVerifier and bodies', () => {
  test('names the invalid member without its value', async () => {
    const body = anEvent('user.updated', {
      ...clerkUserJson(clerkUser, updatedAt),
      updated_at: 'secret',
    });
    const refused = verify(body);
    await expect(refused).rejects.toThrow('updated_at');
    await expect(refused).rejects.not.toThrow(/secret|people\.example|Testperson/);
  });
});

describe('a refusal by ClerkWebhookVerifier', () => {
  const late = nowInSeconds() - 3_600;
  const early = nowInSeconds() + 3_600;

  test.each<[string, string | Buffer, Headers, WebhookRefusalReason, RegExp]>([
    ['a missing header', updated, { 'svix-id': undefined }, 'headers', /no svix-id/],
    ['a malformed timestamp', updated, { 'svix-timestamp': 'now' }, 'headers', /not a time/],
    ['an old timestamp', updated, headersOf(updated, {}, late), 'timestamp', /clock \(NTP\)/],
    ['a timestamp ahead', updated, headersOf(updated, {}, early), 'timestamp', /clock \(NTP\)/],
    [
      'a wrong signature',
      updated,
      { 'svix-signature': 'v1,AAAA' },
      'signature',
      /signature.*CLERK_WEBHOOK_SIGNING_SECRET/,
    ],
    ['a body that is not UTF-8', Buffer.from([0xff]), {}, 'body', /body is not UTF-8/],
    ['a body that is not JSON', '{', {}, 'body', /body is not JSON/],
    ['a body that is not an event', '[]', {}, 'body', /check the body\.$/],
    [
      'an event without user data',
      anEvent('user.updated', {}),
      {},
      'body',
      /check id, updated_at\.$/,
    ],
    [
      'a malformed email address',
      anEvent('user.updated', clerkUserJson(clerkUser, updatedAt, { email_addresses: [7] })),
      {},
      'body',
      /check email_addresses\.0\.$/,
    ],
  ])('names the problem with %s', async (_what, body, changes, reason, message) => {
    const refused = verify(body, headersOf(body, changes));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ reason });
  });

  test('is about the body if one of two secrets has signed it', async () => {
    const rotating = new ClerkWebhookVerifier(
      [signingSecret, `whsec_${Buffer.alloc(24, 7).toString('base64')}`],
      new SystemClock(),
    );
    const refused = rotating.verify({ body: Buffer.from('{'), headers: headersOf('{') });
    await expect(refused).rejects.toMatchObject({ reason: 'body' });
  });

  test('has the error of the library as its cause', async () => {
    const refused = verify(updated, headersOf(updated, { 'svix-signature': 'v1,AAAA' }));
    await expect(refused).rejects.toHaveProperty('cause.message', 'No matching signature found');
  });
});
