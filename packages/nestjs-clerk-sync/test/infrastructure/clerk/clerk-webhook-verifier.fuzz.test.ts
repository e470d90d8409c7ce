import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import type { UserEvent } from '../../../src/core/webhook-verifier.js';
import { WebhookInvalidError } from '../../../src/core/errors.js';
import { ClerkWebhookVerifier } from '../../../src/infrastructure/clerk/clerk-webhook-verifier.js';
import { anyJson, anyText, edited } from '../../support/arbitraries.js';
import { inTime } from '../../support/in-time.js';
import { anyEvent } from '../../support/any-event.js';
import { SystemClock } from '../../../src/core/clock.js';
import { aClerkUser } from '../../support/clerk-users.js';
import { expectNormalised } from '../../support/valid-profile.js';
import { anEvent, signature, signingSecret } from '../../support/signed-webhook.js';

const verifier = new ClerkWebhookVerifier([signingSecret], new SystemClock());
const nowInSeconds = (): number => Math.floor(Date.now() / 1000);

type Headers = Readonly<Record<string, string | undefined>>;

function rightHeaders(body: Buffer): Headers {
  const now = nowInSeconds();
  return {
    'svix-id': 'msg_1',
    'svix-timestamp': String(now),
    'svix-signature': signature(signingSecret, 'msg_1', now, body),
  };
}

/** @returns the event, or null if the delivery is refused; any other error is a bug */
async function verify(body: Buffer, headers: Headers): Promise<UserEvent | null> {
  try {
    return await inTime(() => verifier.verify({ body, headers }));
  } catch (error) {
    expect(error).toBeInstanceOf(WebhookInvalidError);
    return null;
  }
}

describe('ClerkWebhookVerifier', () => {
  test('returns an event with a normalised profile for any correctly signed body, or refuses it', async () => {
    const seen = { profile: 0, deletion: 0, 'session end': 0, other: 0 };
    await fc.assert(
      fc.asyncProperty(anyEvent(aClerkUser(), Date.now()), async (text) => {
        const body = Buffer.from(text);
        const event = await verify(body, rightHeaders(body));
        if (event === null) return;
        seen[event.type] += 1;
        if (event.type === 'profile') expectNormalised(event.profile);
        if (event.type === 'deletion') expect(event.clerkId).toMatch(/^[\x21-\x7e]{1,255}$/);
      }),
      { numRuns: 3_000 },
    );
    // Guards against a generator that never reaches the check.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  test('refuses any other bytes, even if correctly signed', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc
        .json()
        .filter((text) => !text.includes('"type"'))
        .map((text) => Buffer.from(text)),
      anyText.map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const body = Buffer.from(content);
        expect(await verify(body, rightHeaders(body))).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test('refuses any headers but the valid ones', async () => {
    const body = Buffer.from(anEvent('user.updated', clerkUserJson(aClerkUser(), Date.now())));
    const right = rightHeaders(body);
    const names = ['svix-id', 'svix-timestamp', 'svix-signature'] as const;
    const change = fc
      .constantFrom(...names)
      .chain((name) =>
        fc
          .oneof(anyText, edited(right[name] ?? '', anyText), fc.constant(undefined))
          .map((value) => ({ ...right, [name]: value })),
      );
    await fc.assert(
      fc.asyncProperty(change, async (headers) => {
        const event = await verify(body, headers);
        if (event === null) return;
        // Space around a value does not matter, and other signatures may follow the valid one.
        for (const name of names) expect(headers[name]?.trim()).toContain(right[name]);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['a body of 256 KiB', (size: number) => '['.repeat(size)],
    [
      'a user with a name of 250,000 characters',
      (size: number) => aLargeUser({ first_name: ' '.repeat(size) }),
    ],
    [
      'a user with 2,000 email addresses',
      () =>
        aLargeUser({
          email_addresses: Array.from({ length: 2_000 }, (_, at) => ({ id: `idn_${at}` })),
        }),
    ],
    [
      'a user with an updated_at of 250,000 digits',
      (size: number) => aLargeUser({ updated_at: '1'.repeat(size) }),
    ],
  ])('verifies %s in time', async (_what, make) => {
    const body = Buffer.from(make(250_000));
    await verify(body, rightHeaders(body));
  });
});

const aLargeUser = (change: Readonly<Record<string, unknown>>): string =>
  anEvent('user.updated', clerkUserJson(aClerkUser(), Date.now(), change));

test('ClerkWebhookVerifier ignores a __proto__ property', async () => {
  await fc.assert(
    fc.asyncProperty(anyJson, async (value) => {
      const body = Buffer.from(
        `{"__proto__":${JSON.stringify({ type: 'user.deleted', data: value })}}`,
      );
      expect(await verify(body, rightHeaders(body))).toBeNull();
      expect(Reflect.get({}, 'type')).toBeUndefined();
    }),
  );
});
