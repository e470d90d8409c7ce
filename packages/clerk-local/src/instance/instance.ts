import { Clients } from '../clients/clients.js';
import type { Clock } from '../clock.js';
import { Handshakes } from '../frontend-api/handshake/handshakes.js';
import type { Log } from '../log.js';
import type { ResolvedOptions } from '../options.js';
import { Sessions } from '../sessions/sessions.js';
import type { Store } from '../state/store.js';
import { compileClaimsTemplate } from '../tokens/claims-template.js';
import { SessionTokens } from '../tokens/session-tokens.js';
import { Users } from '../users/users.js';
import { webhookBody } from '../webhooks/event.js';
import { WebhookQueue } from '../webhooks/webhook-queue.js';
import { WebhookSender } from '../webhooks/webhook-sender.js';
import { instanceIdOf, issuerOf } from './instance-keys.js';

/** The parts of a running instance, wired. Its APIs are made of them. */
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
  readonly now: Clock;
  readonly log: Log;
}

/** Wires an instance over its store. Nothing is sent or answered yet. */
export function createInstance(options: ResolvedOptions, store: Store): Instance {
  const { now, log, webhookUrl } = options;
  const { publishableKey, webhookSigningSecret: signingSecret } = store.keys;
  const issuer = issuerOf(publishableKey);
  const instanceId = instanceIdOf(publishableKey);
  const imageUrl = (userId: string): string => `${store.url}/img/${userId}.svg`;

  const sender = new WebhookSender({ url: webhookUrl ?? '', signingSecret, now });
  const webhooks = new WebhookQueue({
    store,
    send: (message, signal) => sender.send(message, signal),
    retryDelaysMs: options.webhookRetryDelaysMs,
    now,
    log,
  });
  const users = new Users({
    store,
    now,
    imageUrl,
    onEvent: (type, data) => {
      if (webhookUrl === undefined) return;
      const body = webhookBody({ type, data, instanceId, now: now() });
      webhooks.enqueue({ type, userId: data.id }, body);
    },
  });
  const sessions = new Sessions({ store, users: users.directory, now });
  const tokens = new SessionTokens({
    store,
    users: users.directory,
    sessions,
    issuer,
    claims: compileClaimsTemplate(options.sessionTokenClaims),
    imageUrl,
    lifetimeSeconds: options.tokenLifetimeSeconds,
    now,
  });
  return {
    issuer,
    instanceId,
    applicationName: options.applicationName,
    store,
    users,
    sessions,
    tokens,
    clients: new Clients({ store, now }),
    handshakes: new Handshakes(),
    webhooks,
    now,
    log,
  };
}
