import { compileClaimsTemplate } from '../domain/sessions/claims-template.js';
import { Clients } from '../domain/sessions/clients.js';
import { Handshakes } from '../domain/sessions/handshakes.js';
import { SessionTokens } from '../domain/sessions/session-tokens.js';
import { Sessions } from '../domain/sessions/sessions.js';
import { Faults, type WebhookFault } from '../control/faults.js';
import { Inspector } from '../control/inspector.js';
import { RequestLog } from '../control/request-log.js';
import type { Services } from '../domain/services/services.js';
import { Features } from '../domain/shared/features.js';
import type { Log } from '../domain/shared/ports.js';
import { Domains } from '../domain/objects/domains.js';
import { Objects } from '../domain/objects/objects.js';
import { Tickets } from '../domain/objects/tickets.js';
import { JwtTemplates } from '../domain/sessions/jwt-templates.js';
import { Templates } from '../domain/messages/templates.js';
import { Messages } from '../domain/messages/messages.js';
import { Waitlist } from '../domain/objects/waitlist.js';
import { Enrollments } from '../domain/organizations/enrollments.js';
import { OrganizationDomains } from '../domain/organizations/organization-domains.js';
import { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import { Organizations } from '../domain/organizations/organizations.js';
import { Roles } from '../domain/organizations/roles.js';
import { Ids } from '../domain/shared/ids.js';
import type { EmitEvent } from '../domain/state/webhook-records.js';
import { instanceIdOf, issuerOf, resolveInstanceKeys } from '../domain/state/instance-keys.js';
import { importSigningKey, type SigningKey } from '../domain/state/signing-key.js';
import type { State } from '../domain/state/records.js';
import { Store } from '../domain/state/store.js';
import { Passkeys } from '../domain/users/passkeys.js';
import { SecondFactors } from '../domain/users/second-factors.js';
import { TrustedDevices } from '../domain/users/trusted-devices.js';
import { Users } from '../domain/users/users.js';
import { Wallets } from '../domain/users/wallets.js';
import { type QueueFault, WebhookQueue } from '../webhooks/webhook-queue.js';
import { webhookBody, WebhookSender } from '../webhooks/webhook-sender.js';
import type { ResolvedOptions } from './options.js';
import type { ParsedSeed } from './seed-schema.js';
import { readStateFile, unreadableState, writeStateFile } from './state-file.js';
import type { StateLock } from './state-lock.js';

/** The parts of an instance, from which its server is created. */
export interface Instance extends Services {
  readonly webhooks: WebhookQueue;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Missing without an inspect URL. */
  readonly inspector: Inspector | undefined;
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

  const features = new Features(options.enable);
  const faults = new Faults();
  // The seed's entry has its own secret and events.
  const isExtra = webhookUrl !== undefined && seed.webhooks.every(({ url }) => url !== webhookUrl);
  const sender = new WebhookSender({
    endpoints: [
      ...(isExtra ? [{ url: webhookUrl, secret: signingSecret }] : []),
      ...seed.webhooks.map((each) => ({ ...each, secret: each.secret ?? signingSecret })),
    ],
    now: wallClock,
  });
  const webhooks = new WebhookQueue({
    store,
    send: (message, signal) => sender.send(message, signal),
    isDisabled: (url) => sender.isDisabled(url),
    retryDelaysMs: options.webhookRetryDelaysMs,
    now,
    log,
    faultOf: (type) => queueFault(faults.takeForWebhook(type)),
  });
  const emit: EmitEvent = (type, data, userId = '') => {
    const urls = sender.urlsFor(type);
    if (urls.length === 0 || !store.settings.svixApp) return;
    const body = webhookBody({ type, data, instanceId, now: now() });
    webhooks.enqueue({ type, userId }, body, urls);
  };
  const portalUrl = (path: string): string => new URL(path, store.url ?? 'http://127.0.0.1').href;
  const objects = new Objects({ store, now });
  const tickets = new Tickets({ store, objects, now });
  const roles = new Roles({ store, objects, emit, now });
  const { applicationName } = options;
  const templates = new Templates(store, now, applicationName);
  const messages = new Messages({ store, now, emit, log, applicationName, templates });
  const users: Users = new Users({
    store,
    now,
    imageUrl,
    emit,
    endSessions: (userId, status) => {
      sessions.endAllOf(userId, status);
      if (status === 'removed') organizations.members.removeUser(userId);
      if (status === 'removed') enrollments.removeUser(userId);
    },
    saved: (userId) => {
      enrollments.enrollUser(userId);
    },
  });
  const sessions = new Sessions({
    store,
    users: users.directory,
    now,
    emit,
    organizationRequired: features.has('organization_required'),
    user: (id) => users.get(id),
  });
  const organizations = new Organizations({
    store,
    users: users.directory,
    roles,
    now,
    emit,
    imageUrl,
  });
  const organizationInvitations = new OrganizationInvitations({
    store,
    objects,
    tickets,
    users: users.directory,
    organizations,
    roles,
    messages,
    emit,
    imageUrl,
    portalUrl,
  });
  const enrollments = new Enrollments({
    store,
    objects,
    users: users.directory,
    organizations,
    organizationInvitations,
    imageUrl,
  });
  const organizationDomains = new OrganizationDomains({
    store,
    objects,
    organizations,
    enrollments,
    messages,
    now,
    emit,
  });
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
    organizationClaims: ({ organizationId, userId }) => {
      return organizations.members.claims(organizationId, userId);
    },
  });
  return {
    issuer,
    instanceId,
    applicationName,
    features,
    store,
    users,
    sessions,
    tokens,
    clients: new Clients({ store, now: wallClock }),
    organizations,
    organizationInvitations,
    organizationDomains,
    enrollments,
    roles,
    secondFactors: new SecondFactors(users, wallClock),
    passkeys: new Passkeys({ store, users, messages, applicationName }),
    wallets: new Wallets(users),
    trustedDevices: new TrustedDevices(store, users),
    messages,
    templates,
    waitlist: new Waitlist({ store, objects, emit }),
    portalUrl,
    objects,
    domains: new Domains({ store, objects, instanceId, issuer }),
    jwtTemplates,
    tickets,
    wallClock,
    handshakes: new Handshakes(),
    webhooks,
    faults,
    requests: new RequestLog(),
    inspector: options.inspect === undefined ? undefined : new Inspector({ url: options.inspect }),
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
 *
 * @param lock of the state file
 */
export async function openStore(
  options: ResolvedOptions,
  newKey: () => Promise<SigningKey>,
  lock?: StateLock,
): Promise<Store> {
  const { statePath } = options;
  const state = statePath === undefined ? undefined : await readStateFile(statePath);
  const store = new Store(
    resolveInstanceKeys(options, state?.keys),
    state ? storedKey(state, statePath ?? '') : await newKey(),
    async (snapshot) => {
      if (statePath === undefined) return;
      await lock?.check();
      await writeStateFile(statePath, snapshot());
    },
    new Ids(options.idSeed),
  );
  if (state) store.restore(state);
  return store;
}

function storedKey(state: State, statePath: string): SigningKey {
  try {
    return importSigningKey(state.signingKey);
  } catch (cause) {
    throw unreadableState(statePath, cause);
  }
}
