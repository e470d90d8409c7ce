import { compileClaimsTemplate } from '../domain/sessions/claims-template.js';
import { Clients } from '../domain/sessions/clients.js';
import { Handshakes } from '../domain/sessions/handshakes.js';
import { SessionTokens } from '../domain/sessions/session-tokens.js';
import { Sessions } from '../domain/sessions/sessions.js';
import { Faults, type WebhookFault } from '../control/faults.js';
import { RequestLog } from '../control/request-log.js';
import type { Clock, Log } from '../domain/shared/ports.js';
import { Objects } from '../domain/objects/objects.js';
import { Tickets } from '../domain/objects/tickets.js';
import { JwtTemplates } from '../domain/sessions/jwt-templates.js';
import { Organizations } from '../domain/organizations/organizations.js';
import { Ids } from '../domain/shared/ids.js';
import type { EmitEvent } from '../domain/state/records.js';
import { instanceIdOf, issuerOf, resolveInstanceKeys } from '../domain/state/instance-keys.js';
import { importSigningKey, type SigningKey } from '../domain/state/signing-key.js';
import { Store } from '../domain/state/store.js';
import { Users } from '../domain/users/users.js';
import { type QueueFault, WebhookQueue } from '../webhooks/webhook-queue.js';
import { webhookBody, WebhookSender } from '../webhooks/webhook-sender.js';
import type { ResolvedOptions } from './options.js';
import type { ParsedSeed } from './seed.js';
import { readStateFile, writeStateFile } from './state-file.js';

/** The parts of an instance, from which its APIs are created. */
export interface Instance {
  readonly issuer: string;
  readonly instanceId: string;
  readonly applicationName: string;
  readonly store: Store;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: SessionTokens;
  readonly clients: Clients;
  readonly handshakes: Handshakes;
  readonly webhooks: WebhookQueue;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly organizations: Organizations;
  readonly objects: Objects;
  readonly jwtTemplates: JwtTemplates;
  readonly tickets: Tickets;
  readonly now: Clock;
  /** The clock that other programs compare with their own. */
  readonly wallClock: Clock;
  readonly log: Log;
}

/** Wires the parts of an instance. Does not listen or send webhooks yet. */
export function createInstance(
  options: ResolvedOptions,
  store: Store,
  seed: Pick<ParsedSeed, 'webhooks' | 'sessionClaims'> = { webhooks: [] },
): Instance {
  const { now, wallClock, log, webhookUrl } = options;
  const { publishableKey, webhookSigningSecret: signingSecret } = store.keys;
  const issuer = issuerOf(publishableKey);
  const instanceId = instanceIdOf(publishableKey);
  const imageUrl = (userId: string): string => `${store.url}/img/${userId}.svg`;

  const faults = new Faults();
  const sender = new WebhookSender({
    endpoints: [
      ...(webhookUrl === undefined ? [] : [{ url: webhookUrl, secret: signingSecret }]),
      ...seed.webhooks.map((each) => ({ ...each, secret: each.secret ?? signingSecret })),
    ],
    now: wallClock,
  });
  const webhooks = new WebhookQueue({
    store,
    send: (message, signal) => sender.send(message, signal),
    retryDelaysMs: options.webhookRetryDelaysMs,
    now,
    log,
    faultOf: (type) => queueFault(faults.takeForWebhook(type)),
  });
  const emit: EmitEvent = (type, data, userId = '') => {
    const urls = sender.urlsFor(type);
    if (urls.length === 0) return;
    const body = webhookBody({ type, data, instanceId, now: now() });
    webhooks.enqueue({ type, userId }, body, urls);
  };
  const users: Users = new Users({
    store,
    now,
    imageUrl,
    emit,
    endSessions: (userId, status) => {
      sessions.endAllOf(userId, status);
      if (status === 'removed') organizations.removeUser(userId);
    },
  });
  const sessions = new Sessions({
    store,
    users: users.directory,
    now,
    emit,
    user: (id) => users.get(id),
  });
  const organizations = new Organizations({ store, users: users.directory, now, emit, imageUrl });
  const objects = new Objects({ store, now });
  const jwtTemplates = new JwtTemplates(objects);
  const tokens = new SessionTokens({
    store,
    users: users.directory,
    sessions,
    issuer,
    claims: compileClaimsTemplate(seed.sessionClaims ?? options.sessionTokenClaims),
    imageUrl,
    lifetimeSeconds: options.tokenLifetimeSeconds,
    now: wallClock,
    recordClock: now,
    jwtTemplates,
    organizationClaim: ({ organizationId, userId }) => organizations.claim(organizationId, userId),
  });
  return {
    issuer,
    instanceId,
    applicationName: options.applicationName,
    store,
    users,
    sessions,
    tokens,
    clients: new Clients({ store, now: wallClock }),
    organizations,
    objects,
    jwtTemplates,
    tickets: new Tickets({ store, objects, now }),
    wallClock,
    handshakes: new Handshakes(),
    webhooks,
    faults,
    requests: new RequestLog(),
    now,
    log,
  };
}

function queueFault(fault: WebhookFault | undefined): Partial<QueueFault> | undefined {
  if (fault === undefined) return undefined;
  const { delayMs = 0, duplicate = false, shuffle = false, drop = false, replay = false } = fault;
  return { delayMs, duplicate, shuffle, drop, replay };
}

/**
 * Opens the store of an earlier run, or a new store with new keys. Without a `statePath`, it stays in
 * memory.
 */
export async function openStore(
  options: ResolvedOptions,
  newKey: () => Promise<SigningKey>,
): Promise<Store> {
  const { statePath } = options;
  const state = statePath === undefined ? undefined : await readStateFile(statePath);
  const store = new Store(
    resolveInstanceKeys(options, state?.keys),
    await (state ? importSigningKey(state.signingKey) : newKey()),
    async (snapshot) => {
      if (statePath !== undefined) await writeStateFile(statePath, snapshot);
    },
    new Ids(options.idSeed),
  );
  if (state) store.restore(state);
  return store;
}
