import { setTimeout as sleep } from 'node:timers/promises';
import { clerkUserJson, type SigningKey } from '@populatte/clerk-stub';
import type { ApiProcess } from './api-process.js';
import { expectOutcome, expectUser } from './expect-answer.js';
import type { Fault } from './fault.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from './send.js';
import { aProfileToken } from './session-token.js';
import { deliver } from './webhook.js';

/**
 * Generates concurrent load: sign-ups, repeated requests, webhooks and deletions, until it is
 * stopped.
 */
export class Load {
  /** Local ids by Clerk id, from responses with 200. */
  readonly users = new Map<string, string>();
  /** Clerk ids whose creation by webhook was acknowledged. */
  readonly announced = new Set<string>();
  /** Clerk ids whose deletion was acknowledged. */
  readonly deleted = new Set<string>();
  private over = false;

  constructor(
    private readonly api: ApiProcess,
    private readonly key: SigningKey,
    private readonly fault: Fault,
  ) {}

  /** The number of acknowledged requests. */
  get acknowledged(): number {
    return this.users.size + this.announced.size + this.deleted.size;
  }

  /** Resolves once it was stopped, or all clients have found that the process has exited. */
  async run(clients = 20): Promise<void> {
    await Promise.all(Array.from({ length: clients }, () => this.live()));
  }

  stop(): void {
    this.over = true;
  }

  private async live(): Promise<void> {
    while (!this.over && (await this.one())) await sleep(1);
  }

  /** @returns whether the system still responds */
  private async one(): Promise<boolean> {
    const [guest, announced, leaving] = [aClerkUser(), aClerkUser(), aClerkUser()];
    try {
      const user = expectUser(await this.saw(this.api.me(await aProfileToken(this.key, guest))));
      this.users.set(guest.clerkId, user.id);
      await this.webhook('user.created', clerkUserJson(announced, Date.now()), 'created');
      this.announced.add(announced.clerkId);
      await this.webhook('user.created', clerkUserJson(leaving, Date.now()), 'created');
      await this.webhook('user.deleted', { id: leaving.clerkId }, 'deleted');
      this.deleted.add(leaving.clerkId);
      return true;
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      this.fault.lost();
      return false;
    }
  }

  private async webhook(type: string, data: unknown, outcome: string): Promise<void> {
    expectOutcome(await this.saw(deliver(this.api, type, data)), outcome);
  }

  private async saw(request: Promise<Answer>): Promise<Answer> {
    const answer = await request;
    this.fault.saw(answer);
    return answer;
  }
}

/** The result if no process listens or a connection breaks. */
function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(String(error.code));
}
