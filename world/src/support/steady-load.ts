import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Toolbox } from '../toolbox.js';
import { newPerson, tokenOf, webhookAbout, type Person } from './clerk.js';
import { send } from './http.js';

export interface LoadResult {
  readonly requests: number;
  /** One line per failed request: what was sent, when, what came back. */
  readonly failures: readonly string[];
}

/** Clients that keep their connection alive and send one request after the other until stopped. */
export class SteadyLoad {
  private running = true;
  private requests = 0;
  private readonly failures: string[] = [];
  private readonly startedAt = performance.now();
  private readonly clients: Promise<void>[];

  /** @param baseUrl of the proxy */
  constructor(
    private readonly tools: Toolbox,
    private readonly baseUrl: string,
    clients = 16,
  ) {
    this.clients = Array.from({ length: clients }, () => this.client());
  }

  get result(): LoadResult {
    return { requests: this.requests, failures: this.failures };
  }

  async stop(): Promise<LoadResult> {
    this.running = false;
    await Promise.all(this.clients);
    return this.result;
  }

  private async client(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let person = newPerson();
    for (let turn = 0; this.running; turn += 1) {
      // A new user now and then, so that requests write, too.
      if (turn % 50 === 49) person = newPerson();
      if (turn % 20 === 10) await this.webhook(agent, person);
      else await this.me(agent, person);
      await sleep(20);
    }
    agent.destroy();
  }

  private async me(agent: Agent, person: Person): Promise<void> {
    const authorization = `Bearer ${tokenOf(person, this.tools.clerk)}`;
    await this.count('GET /users/me', '/users/me', { headers: { authorization }, agent });
  }

  private async webhook(agent: Agent, person: Person): Promise<void> {
    const { body, headers } = webhookAbout(person, 'user.updated');
    await this.count('POST webhook', '/webhooks/clerk', { method: 'POST', body, headers, agent });
  }

  private async count(
    what: string,
    path: string,
    outgoing: Parameters<typeof send>[1],
  ): Promise<void> {
    this.requests += 1;
    const at = ((performance.now() - this.startedAt) / 1000).toFixed(1);
    try {
      const { status, text } = await send(`${this.baseUrl}${path}`, outgoing);
      if (status !== 200) this.failures.push(`${what} at ${at} s: ${status} ${text.slice(0, 200)}`);
    } catch (error) {
      this.failures.push(
        `${what} at ${at} s: ${error instanceof Error ? error.message : 'failed'}`,
      );
    }
  }
}
