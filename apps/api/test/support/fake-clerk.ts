import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClerkUserJson } from './clerk-user.js';
import { aSigningKey, type SigningKey } from './signing-key.js';

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** Breaks the connection without an answer. */
export const down: Behaviour = (request) => request.socket.destroy();

/** Accepts and never answers. */
export const silent: Behaviour = () => undefined;

/** Answers with a status, text and headers. */
export function answers(
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}

/** Behaves so, in this order; the last one from then on. */
export function inTurn(...behaviours: readonly [Behaviour, ...Behaviour[]]): Behaviour {
  let turn = 0;
  return (request, response) => {
    const behaviour = behaviours[Math.min(turn, behaviours.length - 1)];
    turn += 1;
    behaviour?.(request, response);
  };
}

/** Clerk's Backend API as tests script it: it can be down, silent, slow, wrong or busy. */
export class FakeClerk {
  /** Users that `GET /v1/users/:id` knows. */
  readonly users = new Map<string, ClerkUserJson>();
  /** How often each path was asked for. */
  readonly requests = new Map<string, number>();
  /** Unset: answers as it should. */
  keysBehaviour: Behaviour | undefined;
  usersBehaviour: Behaviour | undefined;

  private constructor(
    private readonly server: Server,
    readonly secretKey: string,
    /** What the key set holds, and what tokens are signed with. */
    public key: SigningKey,
  ) {
    server.on('request', (request, response) => {
      this.handle(request, response);
    });
  }

  static async start(): Promise<FakeClerk> {
    const server = createServer();
    const key = await aSigningKey('ins_first');
    const clerk = new FakeClerk(server, 'sk_test_e2e0secret0key0of0the0fake0clerk', key);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return clerk;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Replaces the signing key; the old one is gone from the key set. */
  async rotate(kid: string): Promise<SigningKey> {
    this.key = await aSigningKey(kid);
    return this.key;
  }

  /** How often the key set was asked for. */
  get keyRequests(): number {
    return this.requests.get('/v1/jwks') ?? 0;
  }

  /** How often a user was asked for. */
  userRequests(clerkId: string): number {
    return this.requests.get(`/v1/users/${clerkId}`) ?? 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.requests.set(path, (this.requests.get(path) ?? 0) + 1);
    if (request.headers.authorization !== `Bearer ${this.secretKey}`) {
      answers(401)(request, response);
      return;
    }
    const behaviour = path === '/v1/jwks' ? this.keys() : this.user(path);
    behaviour(request, response);
  }

  /** `GET /v1/users?user_id=…`, in no order of its own. */
  private list(path: string): Behaviour {
    const ids = new URLSearchParams(path.slice('/v1/users?'.length)).getAll('user_id');
    return answers(200, JSON.stringify(ids.flatMap((id) => this.users.get(id) ?? []).reverse()));
  }

  private keys(): Behaviour {
    return this.keysBehaviour ?? answers(200, JSON.stringify({ keys: [this.key.jwk] }));
  }

  private user(path: string): Behaviour {
    return this.usersBehaviour ?? this.knownUsers(path);
  }

  /** @returns how Clerk answers `GET /v1/users` and `GET /v1/users/:id`, for behaviours that add to it */
  knownUsers(path: string): Behaviour {
    if (path.startsWith('/v1/users?')) return this.list(path);
    const user = this.users.get(path.replace('/v1/users/', ''));
    return user === undefined ? answers(404, '{}') : answers(200, JSON.stringify(user));
  }
}
