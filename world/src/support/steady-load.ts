import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { TestContext } from '../test-context.js';
import { newClerkUser, tokenOf, webhookAbout, type ClerkUser } from './clerk.js';
import { serverHeader } from './haproxy.js';
import { send, type Answer, type Outgoing } from './http.js';

/** A request whose response violates the contract for a healthy system. */
export interface Failure {
  /** The request and the response. */
  readonly what: string;
  /** 0 if the connection broke. */
  readonly status: number;
  /** The contract's code, if the body is a problem. */
  readonly code: string | undefined;
  /** HAProxy's name of the process that the request was sent to. */
  readonly server: string | undefined;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The state of a user of the load that the system has acknowledged. */
export interface KnownUser {
  /** The profile of the latest token or webhook, which may not be acknowledged yet. */
  clerkUser: ClerkUser;
  /** The local id; unset until a request was answered. */
  id: string | undefined;
  /** The newest acknowledged version of a request or webhook; 0: none. */
  version: number;
  deletion: 'none' | 'sent' | 'acknowledged';
}

export interface LoadResult {
  readonly requests: number;
  readonly failures: readonly Failure[];
  readonly users: readonly KnownUser[];
}

const served = z.object({ id: z.string(), name: z.string().nullable() });
const problem = z.object({ code: z.string() });

/**
 * Clients that keep their connection alive and send requests sequentially until they are stopped.
 */
export class SteadyLoad {
  private running = true;
  private requests = 0;
  private readonly failures: Failure[] = [];
  private readonly users: KnownUser[] = [];
  private readonly clients: Promise<void>[];

  /** @param baseUrl of the proxy */
  constructor(
    private readonly context: TestContext,
    private readonly baseUrl: string,
  ) {
    this.clients = Array.from({ length: 16 }, () => this.client());
  }

  get result(): LoadResult {
    return { requests: this.requests, failures: this.failures, users: this.users };
  }

  async stop(): Promise<LoadResult> {
    this.running = false;
    await Promise.all(this.clients);
    return this.result;
  }

  private async client(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let user = this.newUser();
    for (let turn = 0, deletes = false; this.running; turn += 1) {
      if (turn % 25 === 24) {
        // Sometimes uses a new user, so that requests also write. Deletes every second of the old
        // users.
        if (deletes) await this.delete(agent, user);
        deletes = !deletes;
        user = this.newUser();
      }
      if (turn % 10 === 5) await this.change(agent, user);
      else await this.me(agent, user);
      await sleep(20);
    }
    agent.destroy();
  }

  private newUser(): KnownUser {
    const user: KnownUser = {
      ...{ clerkUser: newClerkUser(), id: undefined, version: 0 },
      deletion: 'none',
    };
    this.users.push(user);
    return user;
  }

  private async me(agent: Agent, user: KnownUser): Promise<void> {
    const { clerkUser } = user;
    const authorization = `Bearer ${tokenOf(clerkUser, this.context.clerk)}`;
    await this.count(
      'GET /users/me',
      '/users/me',
      { headers: { authorization }, agent },
      (text) => {
        const { id, name } = served.parse(JSON.parse(text));
        if (name !== clerkUser.name) return `the name is ${String(name)}, not ${clerkUser.name}`;
        if (user.id !== undefined && id !== user.id) return `the id was ${user.id}`;
        user.id = id;
        user.version = clerkUser.updatedAt;
        return undefined;
      },
    );
  }

  private async change(agent: Agent, user: KnownUser): Promise<void> {
    const updatedAt = Date.now();
    user.clerkUser = { ...user.clerkUser, name: `Ada ${updatedAt}`, updatedAt };
    await this.webhook(agent, user.clerkUser, 'user.updated', () => {
      user.version = updatedAt;
    });
  }

  private async delete(agent: Agent, user: KnownUser): Promise<void> {
    user.deletion = 'sent';
    await this.webhook(agent, user.clerkUser, 'user.deleted', () => {
      user.deletion = 'acknowledged';
    });
  }

  private async webhook(
    agent: Agent,
    clerkUser: ClerkUser,
    type: 'user.updated' | 'user.deleted',
    onAcknowledged: () => void,
  ): Promise<void> {
    const { body, headers } = webhookAbout(clerkUser, type);
    await this.count(type, '/webhooks/clerk', { method: 'POST', body, headers, agent }, () => {
      onAcknowledged();
      return undefined;
    });
  }

  /** @param check of the body of a 200; returns the problem */
  private async count(
    what: string,
    path: string,
    outgoing: Outgoing,
    check: (text: string) => string | undefined,
  ): Promise<void> {
    this.requests += 1;
    const startedAt = performance.now();
    const fail = (seen: string, answer?: Answer): void => {
      this.failures.push({
        what: `${what}: ${seen}`,
        status: answer?.status ?? 0,
        code: codeOf(answer?.text ?? ''),
        server: answer?.headers[serverHeader]?.toString(),
        ...{ startedAt, endedAt: performance.now() },
      });
    };
    try {
      const answer = await send(`${this.baseUrl}${path}`, outgoing);
      const { status, text } = answer;
      const wrong = status === 200 ? check(text) : text.slice(0, 200);
      if (wrong !== undefined) fail(`${status} ${wrong}`, answer);
    } catch (error) {
      fail(error instanceof Error ? error.message : 'failed');
    }
  }
}

/** Creates the error of an environment in which no request may fail. */
export function failed(failures: readonly Failure[], requests: number): Error {
  const lines = failures.slice(0, 10).map(({ what, server = '' }) => `\n    ${server} ${what}`);
  return new Error(`${failures.length} of ${requests} requests failed${lines.join('')}`);
}

function codeOf(text: string): string | undefined {
  try {
    return problem.parse(JSON.parse(text)).code;
  } catch {
    return undefined;
  }
}
