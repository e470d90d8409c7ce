import { compileClaimsTemplate } from '../domain/sessions/claims-template.js';
import { generateSigningKey, SigningKeys, type SigningKey } from '../domain/state/signing-key.js';
import { userOperations, type UserOperations } from '../domain/users/user-operations.js';
import type { WebhookControls } from '../webhooks/webhook-controls.js';
import { createApp } from './app.js';
import { wholeEnvironment, type Variables } from './environment-kinds.js';
import { readEnvironment } from './environment.js';
import { addRunningInstance } from './running-instances.js';
import { createInstance, type Instance, openStore } from './instance.js';
import { listen, type Listening } from './listen.js';
import { explainUnwritable } from './state-file.js';
import { lockState, type StateLock } from './state-lock.js';
import { applySeed, parseSeed, readSeedFile } from './seed.js';
import type { ParsedSeed } from './seed-schema.js';
import {
  refuseProduction,
  checkTokenLifetime,
  resolveOptions,
  type ClerkLocalOptions,
  type ResolvedOptions,
} from './options.js';

/** Options of `ClerkLocal.sessionToken`. */
export interface SessionTokenOptions {
  readonly userId: string;
  /** Defaults to the user's newest active session, or a new session. */
  readonly sessionId?: string | undefined;
  /** The origin of the page, such as `http://localhost:3000`. Becomes `azp`. */
  readonly origin?: string | undefined;
}

/** A running local Clerk development instance. */
export interface ClerkLocal {
  /** The base URL, and the value of `CLERK_API_URL`. */
  readonly url: string;
  readonly port: number;
  /** The variables that connect applications of every kind to the instance, by name. */
  readonly environment: Variables;
  /** The `iss` of session tokens: `https://` and the publishable key's host. Never contacted. */
  readonly issuer: string;
  readonly instanceId: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly webhookSigningSecret: string;
  /** The current public key as SPKI, the value of `CLERK_JWT_KEY`. */
  readonly publicKeyPem: string;
  /** The `kid` of the current key. */
  readonly keyId: string;
  /** The Backend API's operations on users, without HTTP. They send webhooks. */
  readonly users: UserOperations;
  /** Signs a user in with a new session. */
  createSession(userId: string): Promise<{ readonly id: string }>;
  /**
   * Signs a session token with the claims of Clerk's tokens.
   *
   * @throws {ClerkApiError} 404 if the user or session does not exist, 401 if it has ended
   */
  sessionToken(options: SessionTokenOptions): Promise<string>;
  /**
   * Sets the lifetime of new tokens, for tests of their expiry.
   *
   * @param seconds a whole number, at least 1
   * @throws {ClerkLocalError} `invalid_option`
   */
  setTokenLifetime(seconds: number): void;
  /**
   * Sets the custom claims of new tokens, as Clerk's “Customize session token” does. `{}` sets
   * Clerk's default: a token without name and email.
   *
   * @throws {ClerkLocalError} `invalid_option`
   */
  setSessionTokenClaims(claims: Readonly<Record<string, unknown>>): void;
  readonly webhooks: WebhookControls;
  /** Replaces the signing key. The old key leaves the key set at once. */
  rotateKey(): Promise<void>;
  /**
   * Stops the server and webhook deliveries. With a state file, the next start sends the pending
   * webhooks. Further calls have no effect.
   */
  close(): Promise<void>;
}

/** The signing keys for instances of this process. */
const keys = new SigningKeys();

/**
 * Starts a local Clerk development instance.
 *
 * @throws {ClerkLocalError} `production_refused`, `live_key_refused`, `invalid_option`,
 *   `port_unavailable`, `seed_invalid`, `state_in_use`, `state_unreadable` or `state_unwritable`
 * @example
 * const clerk = await startClerkLocal({ webhookUrl: 'http://localhost:3001/webhooks/clerk' });
 * const ada = await clerk.users.ensure({ email: 'ada@example.com' });
 * const token = await clerk.sessionToken({ userId: ada.id });
 * await clerk.close();
 */
export function startClerkLocal(options: ClerkLocalOptions = {}): Promise<ClerkLocal> {
  return startWithKey(options, () => keys.next());
}

/** Like `startClerkLocal`, with a source for the signing key of a new instance. */
export async function startWithKey(
  options: ClerkLocalOptions,
  newKey: () => Promise<SigningKey>,
): Promise<ClerkLocal> {
  const { production, liveKeys } = readEnvironment();
  const { publishableKey, secretKey } = options;
  refuseProduction({ production, liveKeys, publishableKey, secretKey });
  const resolved = resolveOptions(options);
  const { statePath } = resolved;
  const lock = statePath === undefined ? undefined : await lockState(statePath);
  try {
    return await startLocked(resolved, newKey, lock);
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

async function startLocked(
  options: ResolvedOptions,
  newKey: () => Promise<SigningKey>,
  lock: StateLock | undefined,
): Promise<ClerkLocal> {
  const store = await openStore(options, newKey, lock);
  const seed = await seedOf(options);
  const instance = createInstance(options, store, seed);
  const server = await listen(createApp(instance), options);
  store.url = server.url;
  try {
    await applySeed(seed, instance);
    await store.commit();
  } catch (error) {
    // Otherwise the server would keep the process alive.
    await server.close();
    throw explainUnwritable(options.statePath ?? '', error);
  }
  instance.webhooks.resume();
  const remove = addRunningInstance({ url: server.url, secretKey: store.keys.secretKey });
  return clerkLocal(instance, { server, lock, remove });
}

async function seedOf({ seed }: ResolvedOptions): Promise<ParsedSeed> {
  return typeof seed === 'string' ? readSeedFile(seed) : parseSeed(seed ?? {});
}

interface Running {
  readonly server: Listening;
  readonly lock: StateLock | undefined;
  /** Removes it from the instances of this process. */
  readonly remove: () => void;
}

function clerkLocal(instance: Instance, running: Running): ClerkLocal {
  const { server, remove } = running;
  const { store, sessions, tokens, webhooks } = instance;
  let closed: Promise<void> | undefined;
  return {
    url: server.url,
    port: server.port,
    environment: wholeEnvironment({ url: server.url, ...store.keys }),
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
    setSessionTokenClaims: (claims) => {
      tokens.claims = compileClaimsTemplate(claims);
    },
    webhooks,
    rotateKey: async () => {
      store.signingKey = await generateSigningKey();
      await store.commit();
    },
    close: () => {
      remove();
      return (closed ??= close(instance, running));
    },
  };
}

async function close({ store, webhooks }: Instance, { server, lock }: Running): Promise<void> {
  try {
    await Promise.all([server.close(), webhooks.close()]);
    await store.commit();
  } finally {
    await lock?.release();
  }
}
