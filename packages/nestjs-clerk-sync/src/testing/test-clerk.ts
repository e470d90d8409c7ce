import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Webhook } from 'standardwebhooks';

/** A user of the stub. */
export interface TestUser {
  /** `user_` and letters or digits. */
  readonly clerkId: string;
  readonly email?: string | null;
  readonly name?: string | null;
  readonly imageUrl?: string | null;
}

/** A webhook, ready to be sent with `fetch` or a test client. */
export interface SignedWebhook {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A stub of Clerk's signing keys and Backend API, on this machine. */
export interface TestClerk {
  /** Options of `ClerkSyncModule`, to be spread into it. */
  readonly options: {
    readonly secretKey: string;
    readonly publishableKey: string;
    readonly webhookSigningSecret: string;
    readonly apiUrl: string;
    readonly authorizedParties: readonly string[];
  };
  /**
   * Signs a session token that carries the profile.
   *
   * @param claims override the valid ones, which last a minute; `undefined` removes a claim
   */
  signToken(user: TestUser, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Signs a session token without a profile, so the user is loaded from the Backend API. */
  signBareToken(clerkId: string): Promise<string>;
  /** Makes the Backend API return this user. */
  addUser(user: TestUser): void;
  /** Signs a webhook, such as `user.updated` with a user, or `user.deleted` with `{ id }`. */
  signWebhook(type: string, data: TestUser | Readonly<Record<string, unknown>>): SignedWebhook;
  /** Stops the stub. */
  close(): Promise<void>;
}

const host = 'module-tests-1.clerk.accounts.dev';
const webOrigin = 'https://app.example.com';
const kid = 'ins_test';

/**
 * Starts a stub of Clerk on a free port of this machine.
 *
 * @example
 * const clerk = await startTestClerk();
 * ClerkSyncModule.forRoot({ ...clerk.options, database: { pool, users } });
 * const token = await clerk.signToken({ clerkId: 'user_ada', name: 'Ada' });
 */
export async function startTestClerk(): Promise<TestClerk> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  const users = new Map<string, unknown>();
  const secretKey = `sk_test_${randomBytes(16).toString('hex')}`;
  const webhookSigningSecret = `whsec_${randomBytes(24).toString('base64')}`;

  const server = createServer((request, response) => {
    answer(request, response, { secretKey, jwk, users });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Once a TCP server listens, its address is an object.
  const { port } = server.address() as AddressInfo;

  async function sign(clerkId: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const right = {
      azp: webOrigin,
      exp: now + 60,
      iat: now,
      iss: `https://${host}`,
      nbf: now - 10,
      sid: `sess_${clerkId}`,
      sts: 'active',
      sub: clerkId,
      v: 2,
    };
    return new SignJWT({ ...right, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT', cat: 'cl_B7d4PD111AAA' })
      .sign(privateKey);
  }

  return {
    options: {
      secretKey,
      publishableKey: `pk_test_${Buffer.from(`${host}$`).toString('base64')}`,
      webhookSigningSecret,
      apiUrl: `http://127.0.0.1:${port}`,
      authorizedParties: [webOrigin],
    },
    signToken: ({ clerkId, email = null, name = null, imageUrl = null }, claims = {}) =>
      sign(clerkId, { email, name, imageUrl, ...claims }),
    signBareToken: (clerkId) => sign(clerkId, {}),
    addUser: (user) => {
      users.set(user.clerkId, clerkUser(user));
    },
    signWebhook: (type, data) => {
      const body = JSON.stringify({
        type,
        object: 'event',
        timestamp: Date.now(),
        data: isTestUser(data) ? clerkUser(data) : data,
      });
      const id = `msg_${randomUUID()}`;
      const sentAt = new Date();
      const signature = new Webhook(webhookSigningSecret).sign(id, sentAt, body);
      return {
        body,
        headers: {
          'content-type': 'application/json',
          'svix-id': id,
          'svix-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'svix-signature': signature,
        },
      };
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function isTestUser(data: TestUser | Readonly<Record<string, unknown>>): data is TestUser {
  return 'clerkId' in data;
}

interface Served {
  readonly secretKey: string;
  readonly jwk: unknown;
  readonly users: ReadonlyMap<string, unknown>;
}

function answer(
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
  { secretKey, jwk, users }: Served,
): void {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (headers.authorization !== `Bearer ${secretKey}`) {
    send(401, { errors: [] });
  } else if (pathname === '/v1/jwks') {
    send(200, { keys: [jwk] });
  } else if (pathname === '/v1/instance') {
    send(200, { object: 'instance', id: 'ins_test', environment_type: 'development' });
  } else if (pathname === '/v1/users/count') {
    send(200, { object: 'total_count', total_count: users.size });
  } else if (pathname === '/v1/users') {
    send(200, listed([...users], searchParams));
  } else {
    const user = users.get(decodeURIComponent(pathname.replace('/v1/users/', '')));
    send(user === undefined ? 404 : 200, user ?? { errors: [] });
  }
}

/** A page of users, in the order in which they were added. */
function listed(
  users: readonly (readonly [string, unknown])[],
  query: URLSearchParams,
): readonly unknown[] {
  const ids = query.getAll('user_id');
  const chosen = ids.length === 0 ? users : users.filter(([id]) => ids.includes(id));
  const after = chosen.findIndex(([id]) => id === query.get('starting_after'));
  const offset = after + 1 + Number(query.get('offset') ?? 0);
  const limit = Number(query.get('limit') ?? 10);
  return chosen.slice(offset, offset + limit).map(([, user]) => user);
}

/**
 * A user in the format of Clerk's Backend API and webhooks, with the fields that the module reads.
 */
function clerkUser(user: TestUser): unknown {
  const { clerkId, email = null, name = null, imageUrl = null } = user;
  const [firstName = null, ...rest] = name?.split(' ') ?? [];
  const now = Date.now();
  return {
    id: clerkId,
    object: 'user',
    first_name: firstName,
    last_name: rest.join(' ') || null,
    image_url: imageUrl,
    primary_email_address_id: email === null ? null : 'idn_primary',
    email_addresses: email === null ? [] : [{ id: 'idn_primary', email_address: email }],
    banned: false,
    created_at: now,
    updated_at: now,
  };
}
