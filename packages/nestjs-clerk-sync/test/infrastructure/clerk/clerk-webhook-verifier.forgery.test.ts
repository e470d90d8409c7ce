import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebhookInvalidError } from '../../../src/core/errors.js';
import { SystemClock } from '../../../src/core/clock.js';
import { ClerkWebhookVerifier } from '../../../src/infrastructure/clerk/clerk-webhook-verifier.js';
import '../../support/forgeries/tried.js';
import { inTime } from '../../support/in-time.js';
import {
  rightDelivery,
  webhookForgeries,
  type Occasion,
  type Sent,
} from '../../support/forgeries/webhook-forgeries.js';
import { aClerkUser } from '../../support/clerk-users.js';
import { signingSecret } from '../../support/signed-webhook.js';

const verifier = new ClerkWebhookVerifier([signingSecret], new SystemClock());

// The library that checks the timestamp reads the clock from Date.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 15, 12) });
});
afterAll(() => {
  vi.useRealTimers();
});

const anOccasion = (): Occasion => ({
  victim: aClerkUser(),
  now: Math.floor(Date.now() / 1000),
  version: Date.now(),
});

function verify({ body, headers }: Sent): Promise<unknown> {
  const single = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : undefined,
  ]);
  const entries = Object.fromEntries(single) as Record<string, string | undefined>;
  return verifier.verify({ body, headers: entries });
}

test('ClerkWebhookVerifier accepts the delivery from which the forgeries are made', async () => {
  expect(await verify(rightDelivery(anOccasion()))).toMatchObject({
    type: 'profile',
    profile: { email: 'forged@people.example' },
  });
});

const rows = webhookForgeries.map(
  ([group, forgeries]) =>
    [
      group,
      forgeries
        .filter(({ http }) => http !== 'only')
        .map(({ name, make }) => [name, make] as const),
    ] as const,
);

describe.for(rows)('ClerkWebhookVerifier, forgeries of %s', ([, forgeries]) => {
  test.for(forgeries)('refuses %s', async ([, make], { task }) => {
    const occasion = anOccasion();
    const sent = make(occasion);
    const refusal: unknown = await inTime(() => verify(sent).catch((error: unknown) => error));
    expect(refusal).toBeInstanceOf(WebhookInvalidError);
    const { code, message } = refusal as WebhookInvalidError;
    expect(code).toBe('webhook_invalid');
    expect(message).not.toMatch(/people\.example|Testperson|v1,/);
    expect(message).not.toContain(occasion.victim.clerkId);
    task.meta.forgery = 'a webhook at its verifier';
  });
});
