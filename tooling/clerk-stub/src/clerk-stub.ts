import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildPublishableKey } from '@clerk/shared/keys';
import type { ClerkUserJson } from './clerk-user.js';
import { createSigningKey, type SigningKey } from './signing-key.js';

/** The stub's instance. This host does not exist, and nothing may send requests to it. */
export const instanceHost = 'populatte-tests-1.clerk.accounts.dev';
export const issuer = `https://${instanceHost}`;
export const publishableKey = buildPublishableKey(instanceHost);
export const webOrigin = 'http://localhost:3000';
export const webhookSecret = `whsec_${Buffer.from('the-e2e-tests-signing-secret').toString('base64')}`;

/** How the stub responds to a request. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** Closes the connection without a response. */
export const down: Behaviour = (request) => request.socket.destroy();

/** Accepts the request and never responds. */
export const silent: Behaviour = () => undefined;

/** Responds with a status, text and headers. */
export function answers(
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}

/** Applies the behaviours in order, one per request, and the last one from then on. */
export function inTurn(...behaviours: readonly [Behaviour, ...Behaviour[]]): Behaviour {
  let turn = 0;
  return (request, response) => {
    const behaviour = behaviours[Math.min(turn, behaviours.length - 1)];
    turn += 1;
    behaviour?.(request, response);
  };
}

/**
 * A stub of Clerk's signing keys and Backend API: it can be down, silent, slow, wrong or rate
 * limited, and tests can sign anything with its key. It is independent of clerk-local, so that a
 * bug in one does not hide a bug in the other.
 *
 * @example
 * const clerk = await ClerkStub.start();
 * clerk.keysBehaviour = inTurn(down, answers(500));
 */
export class ClerkStub {
  /** The users that the Backend API returns, by id. */
  readonly users = new Map<string, ClerkUserJson>();
  /** The number of requests per path. */
  readonly requests = new Map<string, number>();
  /** Replaces the response to `GET /v1/jwks`. */
  keysBehaviour: Behaviour | undefined;
  /** Replaces the responses to `GET /v1/users` and `GET /v1/users/:id`. */
  usersBehaviour: Behaviour | undefined;

  private constructor(
    private readonly server: Server,
    readonly secretKey: string,
    /** Signs tokens; its public half is the key set. */
    public key: SigningKey,
  ) {
    server.on('request', (request, response) => {
      this.handle(request, response);
    });
  }

  static async start(): Promise<ClerkStub> {
    const server = createServer();
    const key = await createSigningKey('ins_first');
    const clerk = new ClerkStub(server, 'sk_test_e2e0secret0key0of0the0fake0clerk', key);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return clerk;
  }

  /** Replaces https://api.clerk.com. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The API's variables for this instance. */
  environment(): Record<string, string> {
    return {
      CLERK_SECRET_KEY: this.secretKey,
      CLERK_PUBLISHABLE_KEY: publishableKey,
      CLERK_WEBHOOK_SIGNING_SECRET: webhookSecret,
      CLERK_API_URL: this.url,
      WEB_URL: webOrigin,
    };
  }

  /** Replaces the signing key; the key set no longer contains the old one. */
  async rotate(kid: string): Promise<SigningKey> {
    this.key = await createSigningKey(kid);
    return this.key;
  }

  /** The number of requests for the key set. */
  get keyRequests(): number {
    return this.requests.get('/v1/jwks') ?? 0;
  }

  /** The number of requests for a user. */
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
    const isAuthorized = request.headers.authorization === `Bearer ${this.secretKey}`;
    const behaviour = isAuthorized ? this.behaviourOf(path) : answers(401);
    behaviour(request, response);
  }

  private behaviourOf(path: string): Behaviour {
    if (path !== '/v1/jwks') return this.usersBehaviour ?? this.knownUsers(path);
    return this.keysBehaviour ?? answers(200, JSON.stringify({ keys: [this.key.jwk] }));
  }

  /**
   * @returns Clerk's response to `GET /v1/users` and `GET /v1/users/:id`, for behaviours that extend
   * it
   */
  knownUsers(path: string): Behaviour {
    if (path.startsWith('/v1/users?')) return this.list(path);
    if (path === '/v1/users/count') {
      const body = { object: 'total_count', total_count: this.users.size };
      return answers(200, JSON.stringify(body));
    }
    const user = this.users.get(path.replace('/v1/users/', ''));
    return user === undefined ? answers(404, '{}') : answers(200, JSON.stringify(user));
  }

  /**
   * `GET /v1/users`: by `user_id`, in an order that callers must not rely on; or page by page, by
   * time of creation (with a cursor) or of the last change (with an offset).
   */
  private list(path: string): Behaviour {
    const query = new URLSearchParams(path.slice('/v1/users?'.length));
    const ids = query.getAll('user_id');
    if (ids.length > 0) {
      return answers(200, JSON.stringify(ids.flatMap((id) => this.users.get(id) ?? []).reverse()));
    }
    const [, sign, key = ''] =
      /^([-+ ]?)(created_at|updated_at)$/.exec(query.get('order_by') ?? '-created_at') ?? [];
    const startingAfter = query.get('starting_after');
    const offset = Number(query.get('offset') ?? 0);
    if (key === '' || (startingAfter !== null && (key !== 'created_at' || offset > 0))) {
      return answers(422, '{}');
    }
    const after = Number(query.get('created_at_after') ?? Number.NEGATIVE_INFINITY);
    const sorted = [...this.users.values()]
      .filter((user) => Number(user['created_at']) > after)
      .sort((one, other) => Number(one[key]) - Number(other[key]) || (one.id < other.id ? -1 : 1));
    if (sign === '-') sorted.reverse();
    const cursor = sorted.findIndex(({ id }) => id === startingAfter);
    if (startingAfter !== null && cursor === -1) return answers(404, '{}');
    const start = startingAfter === null ? offset : cursor + 1;
    const page = sorted.slice(start, start + Number(query.get('limit') ?? 10));
    return answers(200, JSON.stringify(page));
  }
}
