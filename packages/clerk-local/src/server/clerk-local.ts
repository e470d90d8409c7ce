import { generateSigningKey, type SigningKey } from '../domain/state/signing-key.js';
import { userOperations, type UserOperations } from '../domain/users/user-operations.js';
import type { WebhookControls } from '../webhooks/webhook-controls.js';
import { createApp } from './app.js';
import { readEnvironment } from './environment.js';
import { createInstance, type Instance, openStore } from './instance.js';
import { listen, type Listening } from './listen.js';
import {
  refuseProduction,
  checkTokenLifetime,
  resolveOptions,
  type ClerkLocalOptions,
} from './options.js';

/** Who a token is for. */
export interface SessionTokenOptions {
  readonly userId: string;
  /** Default: the user's newest active session, or a new one. */
  readonly sessionId?: string | undefined;
  /** The page that asks, such as `http://localhost:3000`; becomes `azp`. */
  readonly origin?: string | undefined;
}

/** A running local Clerk development instance. */
export interface ClerkLocal {
  /** Where it answers; what `CLERK_API_URL` is to be. */
  readonly url: string;
  readonly port: number;
  /** The `iss` of its tokens: `https://` and the publishable key's host. Never contacted. */
  readonly issuer: string;
  readonly instanceId: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly webhookSigningSecret: string;
  /** The key that tokens are signed with now, as SPKI; what `CLERK_JWT_KEY` takes. */
  readonly publicKeyPem: string;
  readonly keyId: string;
  /** The Backend API's operations on users, without HTTP; they send webhooks. */
  readonly users: UserOperations;
  createSession(userId: string): Promise<{ readonly id: string }>;
  /** @returns a session token, claim by claim as Clerk's */
  sessionToken(options: SessionTokenOptions): Promise<string>;
  /**
   * Tokens made from now on live as long as this, in seconds: for tests of their expiry.
   *
   * @throws {ClerkLocalError} `invalid_option` for anything but a whole number from 1 on
   */
  setTokenLifetime(seconds: number): void;
  readonly webhooks: WebhookControls;
  /** Signs with a new key from now on. The old one leaves the key set at once. */
  rotateKey(): Promise<void>;
  /** Stops answering and sending. What is not delivered is sent after the next start. Twice is the same as once. */
  close(): Promise<void>;
}

/**
 * Starts a local Clerk development instance.
 *
 * @throws {ClerkLocalError} in production, for a live key, an option that is not valid, a port
 *   that is taken or a state file that cannot be read
 */
export function startClerkLocal(options: ClerkLocalOptions = {}): Promise<ClerkLocal> {
  return startWithKey(options, generateSigningKey);
}

/** As `startClerkLocal`, with a say in the signing key of a new instance: making one takes time. */
export async function startWithKey(
  options: ClerkLocalOptions,
  newKey: () => Promise<SigningKey>,
): Promise<ClerkLocal> {
  const { production } = readEnvironment();
  const { publishableKey, secretKey } = options;
  refuseProduction({ production, publishableKey, secretKey });
  const resolved = resolveOptions(options);
  const store = await openStore(resolved, newKey);
  const instance = createInstance(resolved, store);
  const server = await listen(createApp(instance), resolved);
  store.url = server.url;
  await store.commit();
  instance.webhooks.resume();
  return clerkLocal(instance, server);
}

function clerkLocal(instance: Instance, server: Listening): ClerkLocal {
  const { store, sessions, tokens, webhooks } = instance;
  let closed: Promise<void> | undefined;
  return {
    url: server.url,
    port: server.port,
    issuer: instance.issuer,
    instanceId: instance.instanceId,
    ...store.keys,
    get publicKeyPem() {
      return store.signingKey.publicKeyPem;
    },
    get keyId() {
      return store.signingKey.kid;
    },
    users: userOperations(instance.users),
    createSession: (userId) => sessions.create(userId),
    sessionToken: async ({ userId, sessionId, origin }) => {
      const id = sessionId ?? (sessions.findActive(userId) ?? (await sessions.create(userId))).id;
      return tokens.create({ sessionId: id, origin });
    },
    setTokenLifetime: (seconds) => {
      tokens.lifetimeSeconds = checkTokenLifetime(seconds);
    },
    webhooks,
    rotateKey: async () => {
      store.signingKey = await generateSigningKey();
      await store.commit();
    },
    close: () => (closed ??= close(instance, server)),
  };
}

async function close({ store, webhooks }: Instance, server: Listening): Promise<void> {
  await Promise.all([server.close(), webhooks.close()]);
  await store.commit();
}
