import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';

const frontendApi = 'world.clerk.accounts.dev';
export const webOrigin = 'http://localhost:3000';
const webhookKey = Buffer.from('the-signing-secret-of-world-tests');

/** A user at Clerk. */
export interface Person {
  readonly clerkId: string;
  readonly email: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** @returns a user that no one else has */
export function newPerson(name = 'Ada Lovelace'): Person {
  const id = randomBytes(12).toString('hex');
  return {
    clerkId: `user_2w${id}`,
    email: `${id}@people.example`,
    name,
    updatedAt: Date.now() - 60_000,
  };
}

/** Clerk as far as the API needs it: a key set, session tokens and signed webhooks. */
export class ClerkStandIn {
  private key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private keyId = 'ins_world';
  private rotations = 0;
  private readonly server: Server;
  private failing = false;
  private keyRequestCount = 0;
  private url = '';

  private constructor() {
    this.server = createServer((request, response) => {
      const found = request.url === '/v1/jwks';
      if (found) this.keyRequestCount += 1;
      const status = this.failing ? 500 : found ? 200 : 404;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 200 ? this.keySet() : '{"errors":[]}');
    });
  }

  static async start(): Promise<ClerkStandIn> {
    const clerk = new ClerkStandIn();
    await new Promise<void>((resolve) => clerk.server.listen(0, '127.0.0.1', resolve));
    const address = clerk.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    clerk.url = `http://127.0.0.1:${port}`;
    return clerk;
  }

  /** The API's variables for this instance. */
  environment(): Record<string, string> {
    return {
      CLERK_SECRET_KEY: 'sk_test_world0world0world0world0world0wor',
      CLERK_PUBLISHABLE_KEY: `pk_test_${Buffer.from(`${frontendApi}$`).toString('base64')}`,
      CLERK_WEBHOOK_SIGNING_SECRET: `whsec_${webhookKey.toString('base64')}`,
      CLERK_API_URL: this.url,
      WEB_URL: webOrigin,
    };
  }

  /** From now on every request gets a 500. */
  fail(): void {
    this.failing = true;
  }

  /** Answers again. */
  reset(): void {
    this.failing = false;
  }

  /** Replaces the signing key by a new one with another id. */
  rotateKey(): void {
    this.rotations += 1;
    this.key = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.keyId = `ins_world_${this.rotations}`;
  }

  /** How often the key set was asked for. */
  get keyRequests(): number {
    return this.keyRequestCount;
  }

  /** Signs a session token (version 2) with the profile's claims. */
  token({ clerkId, email, name, updatedAt }: Person, lifetimeSeconds = 60): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      azp: webOrigin,
      ...{ email, name, imageUrl: `https://img.clerk.com/${clerkId}`, updatedAt },
      ...{ exp: now + lifetimeSeconds, iat: now, nbf: now - 10 },
      ...{ iss: `https://${frontendApi}`, sub: clerkId, sid: `sess_${clerkId.slice(5)}` },
      ...{ fva: [0, -1], jti: randomBytes(10).toString('hex'), sts: 'active', v: 2 },
    };
    const header = { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: this.keyId, typ: 'JWT' };
    const signed = `${encode(header)}.${encode(claims)}`;
    const signature = sign('RSA-SHA256', Buffer.from(signed), this.key.privateKey);
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** A webhook as Clerk sends it: the body and svix's headers. */
  webhook(
    type: 'user.created' | 'user.updated' | 'user.deleted',
    person: Person,
  ): { readonly body: string; readonly headers: Record<string, string> } {
    const data =
      type === 'user.deleted'
        ? { id: person.clerkId, object: 'user', deleted: true }
        : asClerkUser(person);
    const body = JSON.stringify({ type, object: 'event', timestamp: Date.now(), data });
    const id = `msg_${randomUUID()}`;
    const timestamp = Math.floor(Date.now() / 1000);
    const digest = createHmac('sha256', webhookKey)
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
    const headers = {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(timestamp),
      'svix-signature': `v1,${digest}`,
    };
    return { body, headers };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private keySet(): string {
    const jwk = this.key.publicKey.export({ format: 'jwk' });
    return JSON.stringify({ keys: [{ ...jwk, kid: this.keyId, alg: 'RS256', use: 'sig' }] });
  }
}

function asClerkUser({ clerkId, email, name, updatedAt }: Person): Record<string, unknown> {
  const [firstName = '', ...rest] = name.split(' ');
  return {
    id: clerkId,
    object: 'user',
    first_name: firstName,
    last_name: rest.length === 0 ? null : rest.join(' '),
    image_url: `https://img.clerk.com/${clerkId}`,
    primary_email_address_id: 'idn_primary',
    email_addresses: [{ id: 'idn_primary', object: 'email_address', email_address: email }],
    created_at: updatedAt,
    updated_at: updatedAt,
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
