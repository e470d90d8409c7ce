import { describe, expect, test } from 'vitest';
import {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from '@populatte/nestjs-clerk-sync/src/core/sync-user.use-case.js';
import { ReceiveWebhookUseCase } from '@populatte/nestjs-clerk-sync/src/core/receive-webhook.use-case.js';
import {
  type UserEvent,
  WebhookVerifier,
} from '@populatte/nestjs-clerk-sync/src/core/webhook-verifier.js';
import { WebhookInvalidError } from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import { InMemoryUserRepository } from '../../../support/in-memory-user.repository.js';
import { aPerson } from '../../../support/people.js';
import { aProfile } from '../../../support/profile.builder.js';
import { RecordedSyncMetrics } from '../../../support/recorded-sync-metrics.js';

const delivery = { body: Buffer.alloc(0), headers: {} };
const person = aPerson();

/** Returns the given events one after the other. */
class Webhooks extends WebhookVerifier {
  readonly isEnabled = true;

  constructor(private readonly events: (UserEvent | Error)[]) {
    super();
  }

  override verify(): Promise<UserEvent> {
    const next = this.events.shift();
    return next === undefined || next instanceof Error
      ? Promise.reject(next ?? new Error('There is no event left.'))
      : Promise.resolve(next);
  }
}

function receiving(...events: (UserEvent | Error)[]): {
  users: InMemoryUserRepository;
  receive: ReceiveWebhookUseCase;
  metrics: RecordedSyncMetrics;
} {
  const users = new InMemoryUserRepository();
  const metrics = new RecordedSyncMetrics();
  const receive = new ReceiveWebhookUseCase(
    new Webhooks(events),
    new SyncUserUseCase(users),
    new DeleteUserUseCase(users),
    new EndSessionUseCase(users),
    metrics,
  );
  return { users, receive, metrics };
}

const profile = (at: number, name: string | null = person.name): UserEvent => ({
  type: 'profile',
  profile: aProfile({ ...person, name }, at),
});
const deletion: UserEvent = { type: 'deletion', clerkId: person.clerkId };

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
    expect(await users.findByClerkId(person.clerkId)).toEqual({ state: 'deleted' });
  });

  test('stores nothing for a webhook that fails verification', async () => {
    const refusal = new WebhookInvalidError('forged');
    const { users, receive } = receiving(refusal);
    await expect(receive.execute(delivery)).rejects.toBe(refusal);
    expect(await users.findByClerkId(person.clerkId)).toBeNull();
  });
});
