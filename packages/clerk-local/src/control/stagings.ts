import { z } from 'zod';
import { invalidParameter } from '../domain/shared/clerk-api-error.js';
import type { Clock } from '../domain/shared/ports.js';
import type { Services } from '../domain/services/services.js';
import type { Faults } from './faults.js';
import type { InspectedRow, Inspector } from './inspector.js';

/** The queue of webhooks, as stagings use it. */
export interface StagedWebhooks {
  pause(): void;
  resume(): void;
  flush(options: { readonly order: 'newest-first' }): Promise<void>;
}

export interface StagingsOptions {
  readonly services: Pick<Services, 'users' | 'sessions' | 'tokens'>;
  readonly faults: Faults;
  readonly webhooks: StagedWebhooks;
  readonly inspector: Inspector | undefined;
  readonly now: Clock;
}

/** A classic bug of an application that uses Clerk, which the console stages with one click. */
interface Staging {
  readonly title: string;
  readonly description: string;
  /** The behaviour of an application without the bug. */
  readonly expected: string;
  /** Whether the staging needs a user. */
  readonly needsUser: boolean;
}

const lateMs = 5_000;
const rateLimited = 20;

const stagings = {
  late_webhook: {
    title: 'Late webhook',
    description: `Changes the user's first name. The webhook arrives ${lateMs / 1_000} s later.`,
    expected: 'The row has the new name at the latest when the webhook arrives.',
    needsUser: true,
  },
  out_of_order: {
    title: 'Webhooks out of order',
    description: 'Changes the first name twice. The newer webhook arrives first.',
    expected: 'The row keeps the newer name.',
    needsUser: true,
  },
  deleted_user: {
    title: 'Deleted user with a live token',
    description: 'Creates a session token, then deletes the user.',
    expected: 'The application refuses the token, and does not create the user again.',
    needsUser: true,
  },
  stale_token: {
    title: 'Stale token',
    description: 'Creates a session token, then changes the first name.',
    expected: 'A request with the old token does not restore the old name.',
    needsUser: true,
  },
  keys_down: {
    title: 'Keys down',
    description: 'The key sets of both APIs respond with 503 until the staging ends.',
    expected: 'Users stay signed in: an outage signs no user out.',
    needsUser: false,
  },
  rate_limit: {
    title: 'Backend API at its rate limit',
    description: `The next ${rateLimited} calls for users get 429 with Retry-After: 1.`,
    expected: 'The application waits, tries again, and does not sign the user out.',
    needsUser: false,
  },
} as const satisfies Record<string, Staging>;

type StagingName = keyof typeof stagings;

const stagingSchema = z.strictObject({
  name: z.string().refine((value): value is StagingName => Object.hasOwn(stagings, value)),
  user_id: z.string().optional(),
  /** The origin of the application's page, which becomes `azp` of a token. */
  origin: z.url().optional(),
});

/** A staging that was started, and what it did. */
export interface StartedStaging extends Staging {
  readonly name: StagingName;
  readonly userId: string | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly steps: readonly string[];
  /** A session token to call the application with. */
  readonly token: string | null;
  /** The application's row before; `null` without an inspect URL or a user. */
  readonly before: InspectedRow | null;
}

type Outcome = Pick<StartedStaging, 'steps'> & { readonly token?: string };

/** Stages the classic bugs, one at a time. */
export class Stagings {
  current: StartedStaging | null = null;
  private faultIds: readonly string[] = [];

  constructor(private readonly options: StagingsOptions) {}

  all(): readonly (Staging & { readonly name: string })[] {
    return Object.entries(stagings).map(([name, staging]) => ({ name, ...staging }));
  }

  /**
   * Starts a staging. Ends the previous one.
   *
   * @throws {ClerkApiError} 422 for an unknown name or a missing user, 404 for an unknown user
   */
  async start(input: unknown): Promise<StartedStaging> {
    const result = stagingSchema.safeParse(input);
    if (!result.success) throw unknownStaging();
    const { name, user_id: userId = null, origin } = result.data;
    const { services, inspector, now } = this.options;
    const { needsUser } = stagings[name];
    if (needsUser && userId === null) {
      throw invalidParameter('user_id', 'form_param_missing', 'is missing');
    }
    if (userId !== null) services.users.get(userId);
    this.end();
    const rows = userId === null ? undefined : await inspector?.rows([userId]);
    const startedAt = now();
    const { steps, token = null } = await this.run(name, userId ?? '', origin);
    const before = rows?.[userId ?? ''] ?? null;
    this.current = { ...stagings[name], name, userId, startedAt, steps, token, before };
    return this.current;
  }

  /** Ends the staging: its faults are deleted. */
  end(): void {
    for (const id of this.faultIds) this.options.faults.delete(id);
    this.faultIds = [];
    this.current = null;
  }

  private run(name: StagingName, userId: string, origin: string | undefined): Promise<Outcome> {
    switch (name) {
      case 'late_webhook':
        return this.lateWebhook(userId);
      case 'out_of_order':
        return this.outOfOrder(userId);
      case 'deleted_user':
        return this.deletedUser(userId, origin);
      case 'stale_token':
        return this.staleToken(userId, origin);
      case 'keys_down':
        return this.keysDown();
      case 'rate_limit':
        return this.rateLimit();
    }
  }

  private async lateWebhook(userId: string): Promise<Outcome> {
    this.fault({ target: 'webhooks user.updated', delayMs: lateMs, times: 1 });
    const name = await this.rename(userId, 'Late');
    return {
      steps: [`First name at Clerk: ${name}.`, `user.updated is sent in ${lateMs / 1_000} s.`],
    };
  }

  private async outOfOrder(userId: string): Promise<Outcome> {
    const { webhooks } = this.options;
    webhooks.pause();
    try {
      const older = await this.rename(userId, 'Older');
      const newer = await this.rename(userId, 'Newer');
      await webhooks.flush({ order: 'newest-first' });
      return {
        steps: [
          `First name at Clerk: ${older}, then ${newer}.`,
          `Sent: user.updated with ${newer}, then user.updated with ${older}.`,
        ],
      };
    } finally {
      webhooks.resume();
    }
  }

  private async deletedUser(userId: string, origin: string | undefined): Promise<Outcome> {
    const token = await this.token(userId, origin);
    await this.options.services.users.delete(userId);
    return { steps: ['A session token was created.', 'The user was deleted at Clerk.'], token };
  }

  private async staleToken(userId: string, origin: string | undefined): Promise<Outcome> {
    const token = await this.token(userId, origin);
    const name = await this.rename(userId, 'Fresh');
    return {
      steps: [
        'A session token was created.',
        `First name at Clerk: ${name}, later than the token.`,
      ],
      token,
    };
  }

  private keysDown(): Promise<Outcome> {
    for (const target of ['GET /v1/jwks', 'GET /.well-known/jwks.json']) {
      this.fault({ target, status: 503 });
    }
    const steps = ['GET /v1/jwks and GET /.well-known/jwks.json respond with 503.'];
    return Promise.resolve({ steps });
  }

  private rateLimit(): Promise<Outcome> {
    for (const target of ['GET /v1/users', 'GET /v1/users/{user_id}']) {
      this.fault({ target, status: 429, headers: { 'Retry-After': '1' }, times: rateLimited });
    }
    const steps = [`The next ${rateLimited} calls of each route for users get 429.`];
    return Promise.resolve({ steps });
  }

  private fault(fault: object): void {
    this.faultIds = [...this.faultIds, this.options.faults.add(fault).id];
  }

  /** Changes the first name to one that no earlier staging has used. */
  private async rename(userId: string, prefix: string): Promise<string> {
    const { users } = this.options.services;
    const first_name = `${prefix} ${users.directory.get(userId).updatedAt % 100_000}`;
    await users.update(userId, { first_name });
    return first_name;
  }

  private async token(userId: string, origin: string | undefined): Promise<string> {
    const { sessions, tokens } = this.options.services;
    const { id } = sessions.findActive(userId) ?? (await sessions.create(userId));
    return tokens.create({ sessionId: id, origin });
  }
}

function unknownStaging(): Error {
  return invalidParameter(
    'name',
    'form_param_value_invalid',
    'is invalid',
    `A staging has a name (${Object.keys(stagings).join(', ')}), and user_id and origin.`,
  );
}
