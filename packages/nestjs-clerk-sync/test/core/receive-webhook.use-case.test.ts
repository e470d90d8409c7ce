import { describe, expect, test } from 'vitest';
import {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from '../../src/core/sync-user.use-case.js';
import { ReceiveWebhookUseCase } from '../../src/core/receive-webhook.use-case.js';
import {
  type UserEvent,
  type WebhookEvent,
  WebhookVerifier,
} from '../../src/core/webhook-verifier.js';
import { WebhookReceipts } from '../../src/core/webhook-receipts.js';
import {
  StoreReadOnlyError,
  SyncUnavailableError,
  WebhookInvalidError,
} from '../../src/core/errors.js';
import { InMemoryUserRepository } from '../support/in-memory-user.repository.js';
import { aClerkUser } from '../support/clerk-users.js';
import { aProfile } from '../support/profile.builder.js';
import { RecordedSyncMetrics } from '../support/recorded-sync-metrics.js';
import { StoppedClock } from '../support/stopped-clock.js';

const delivery = { body: Buffer.alloc(0), headers: {} };
const clerkUser = aClerkUser();
const now = Date.now();

/** An event; by default it happened 7 s ago. */
type DatedEvent = UserEvent & Partial<Pick<WebhookEvent, 'occurredAt'>>;

/** Counts the webhooks that arrived. */
class CountedReceipts extends WebhookReceipts {
  count = 0;

  override received(): void {
    this.count += 1;
  }

  override lastReceivedAt(): Promise<null> {
    return Promise.resolve(null);
  }
}

/** Returns the given events one after the other. */
class Webhooks extends WebhookVerifier {
  readonly isEnabled = true;

  constructor(private readonly events: (DatedEvent | Error)[]) {
    super();
  }

  override verify(): Promise<WebhookEvent> {
    const next = this.events.shift();
    return next === undefined || next instanceof Error
      ? Promise.reject(next ?? new Error('There is no event left.'))
      : Promise.resolve({ occurredAt: now - 7_000, ...next, name: 'other' });
  }
}

function receiving(...events: (DatedEvent | Error)[]): {
  users: InMemoryUserRepository;
  receive: ReceiveWebhookUseCase;
  metrics: RecordedSyncMetrics;
  receipts: CountedReceipts;
} {
  const users = new InMemoryUserRepository();
  const metrics = new RecordedSyncMetrics();
  const receipts = new CountedReceipts();
  const receive = new ReceiveWebhookUseCase(
    new Webhooks(events),
    new SyncUserUseCase(users),
    new DeleteUserUseCase(users),
    new EndSessionUseCase(users),
    metrics,
    receipts,
    new StoppedClock(now),
  );
  return { users, receive, metrics, receipts };
}

const profile = (at: number, name: string | null = clerkUser.name): UserEvent => ({
  type: 'profile',
  profile: aProfile({ ...clerkUser, name }, at),
});
const deletion: UserEvent = { type: 'deletion', clerkId: clerkUser.clerkId };

describe('ReceiveWebhookUseCase', () => {
  test('returns the outcome of each event', async () => {
    const { receive } = receiving(
      profile(2),
      profile(2),
      profile(3, 'New'),
      profile(1),
      { type: 'other' },
      deletion,
      deletion,
      profile(9),
    );
    const outcomes: string[] = [];
    for (let turn = 0; turn < 8; turn += 1) outcomes.push(await receive.execute(delivery));
    expect(outcomes).toEqual([
      'created',
      'unchanged',
      'updated',
      'stale',
      'ignored',
      'deleted',
      'ignored',
      'ignored',
    ]);
  });

  test('keeps a user deleted if the deletion arrives first', async () => {
    const { users, receive } = receiving(deletion, profile(5));
    expect(await receive.execute(delivery)).toBe('deleted');
    expect(await receive.execute(delivery)).toBe('ignored');
    expect(await users.findByClerkId(clerkUser.clerkId)).toEqual({ state: 'deleted' });
  });

  test('stores nothing for a webhook that fails verification', async () => {
    const refusal = new WebhookInvalidError('forged', 'signature');
    const { users, receive } = receiving(refusal);
    await expect(receive.execute(delivery)).rejects.toBe(refusal);
    expect(await users.findByClerkId(clerkUser.clerkId)).toBeNull();
  });

  test('counts type, outcome and lag of authentic webhooks, and forged ones as invalid', async () => {
    const { receive, metrics, receipts } = receiving(
      profile(2),
      new WebhookInvalidError('forged', 'signature'),
      deletion,
    );
    await receive.execute(delivery);
    await expect(receive.execute(delivery)).rejects.toThrow('forged');
    await receive.execute(delivery);
    expect(metrics.webhooks).toEqual([
      'other created 7000',
      'unknown invalid null',
      'other deleted 7000',
    ]);
    expect(receipts.count).toBe(2);
  });

  test('counts a webhook that cannot be applied as failed', async () => {
    const { users, receive, metrics } = receiving(deletion);
    users.markDeleted = () => Promise.reject(new SyncUnavailableError('The database is down.', 1));
    await expect(receive.execute(delivery)).rejects.toBeInstanceOf(SyncUnavailableError);
    expect(metrics.webhooks).toEqual(['other failed 7000']);
  });

  test('ends a session', async () => {
    const { users, receive, metrics } = receiving(profile(1), {
      type: 'session end',
      clerkId: clerkUser.clerkId,
      sessionId: 'sess_1',
    });
    await receive.execute(delivery);
    expect(await receive.execute(delivery)).toBe('session_ended');
    expect(await users.findByClerkId(clerkUser.clerkId)).toMatchObject({
      revocations: { endedSessions: ['sess_1'] },
    });
    expect(metrics.webhooks.at(-1)).toBe('other session_ended 7000');
  });

  test('records webhooks as the source of their changes', async () => {
    const { users, receive } = receiving(profile(1), deletion);
    await receive.execute(delivery);
    await receive.execute(delivery);
    expect(users.sources).toEqual(['webhook', 'webhook']);
  });

  test('counts only the outcomes of profiles and deletions', async () => {
    const { receive, metrics } = receiving(profile(1), { type: 'other' }, deletion);
    for (let turn = 0; turn < 3; turn += 1) await receive.execute(delivery);
    expect(metrics.counted).toEqual(['webhook created', 'webhook deleted']);
  });

  test('fails while the database is read-only, so that Clerk redelivers it', async () => {
    const { users, receive, metrics } = receiving(profile(1));
    const stored = await users.sync(aProfile(clerkUser));
    if (stored.outcome === 'ignored') throw new Error('The user is new.');
    users.sync = () => Promise.resolve({ ...stored, outcome: 'deferred' });
    await expect(receive.execute(delivery)).rejects.toBeInstanceOf(StoreReadOnlyError);
    expect(metrics.webhooks).toEqual(['other failed 7000']);
    expect(metrics.counted).toEqual([]);
  });

  test('counts a webhook that cannot be verified now as failed, not as forged', async () => {
    const { receive, metrics, receipts } = receiving(new Error('a bug'));
    await expect(receive.execute(delivery)).rejects.toThrow('a bug');
    expect(metrics.webhooks).toEqual(['unknown failed null']);
    expect(receipts.count).toBe(0);
  });

  test.each([
    ['no lag if the webhook does not say when it happened', null, 'null'],
    ['no negative lag if Clerk’s clock is ahead', now + 5_000, '0'],
  ])('has %s', async (_what, occurredAt, lag) => {
    const { receive, metrics } = receiving({ type: 'other', occurredAt });
    await receive.execute(delivery);
    expect(metrics.webhooks).toEqual([`other ignored ${lag}`]);
  });
});
