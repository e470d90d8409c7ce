import type { InstanceKeys } from './instance-keys.js';
import type { ClientRecord, SessionRecord, UserRecord, WebhookMessage, State } from './records.js';
import type { SigningKey } from './signing-key.js';

/** Persists a snapshot of the state. */
export type SaveState = (state: State) => Promise<void>;

/**
 * Holds the whole state of an instance.
 *
 * Change its maps directly, then call `commit` to persist the changes. Replace records; never
 * modify them in place.
 */
export class Store {
  url: string | null = null;
  readonly users = new Map<string, UserRecord>();
  readonly sessions = new Map<string, SessionRecord>();
  /** Keyed by the development browser token. */
  readonly clients = new Map<string, ClientRecord>();
  /** Pending webhooks by key, oldest first. */
  readonly webhooks = new Map<string, WebhookMessage>();
  private queued: Promise<void> | undefined;
  private tail: Promise<void> = Promise.resolve();

  constructor(
    readonly keys: InstanceKeys,
    public signingKey: SigningKey,
    private readonly save: SaveState,
  ) {}

  /** Loads the state that an earlier run stored. */
  restore(state: State): void {
    for (const user of state.users) this.users.set(user.id, user);
    for (const session of state.sessions) this.sessions.set(session.id, session);
    for (const client of state.clients) this.clients.set(client.devBrowser, client);
    for (const message of state.webhooks) this.webhooks.set(message.key, message);
  }

  /**
   * Resolves when all changes made before the call are persisted.
   *
   * Writes run one at a time. Calls during a write share the next write.
   */
  commit(): Promise<void> {
    this.queued ??= this.tail.then(() => {
      this.queued = undefined;
      return this.save(this.snapshot());
    });
    this.tail = this.queued.catch(() => undefined);
    return this.queued;
  }

  private snapshot(): State {
    return {
      version: 1,
      url: this.url,
      keys: this.keys,
      signingKey: this.signingKey.privateKeyPem,
      users: [...this.users.values()],
      sessions: [...this.sessions.values()],
      clients: [...this.clients.values()],
      webhooks: [...this.webhooks.values()],
    };
  }
}

/** Ends all active sessions of a user. The caller commits the store. */
export function endSessionsOf(
  store: Store,
  userId: string,
  status: SessionRecord['status'],
  now: number,
): void {
  for (const session of store.sessions.values()) {
    if (session.userId !== userId || session.status !== 'active') continue;
    store.sessions.set(session.id, { ...session, status, updatedAt: now });
  }
}
