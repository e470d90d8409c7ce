import type { InstanceKeys } from './instance-keys.js';
import { Ids } from '../shared/ids.js';
import type { CompletedSignUp } from './attempt-records.js';
import type { MembershipRecord, OrganizationRecord } from './organization-records.js';
import type { ObjectRecord, State } from './records.js';
import type { ClientRecord, SessionRecord } from './session-records.js';
import type { WebhookMessage } from './webhook-records.js';
import { settingsSchema, type Settings } from './settings.js';
import type { SigningKey } from './signing-key.js';
import { UserTable } from './user-table.js';

/** Persists the state, taking a snapshot of it if necessary. */
export type SaveState = (snapshot: () => State) => Promise<void>;

/**
 * Holds the whole state of an instance.
 *
 * Change its maps directly, then call `commit` to persist the changes. Replace records; never
 * modify them in place.
 */
export class Store {
  url: string | null = null;
  settings: Settings = settingsSchema.parse({});
  readonly users = new UserTable();
  readonly sessions = new Map<string, SessionRecord>();
  /** Keyed by the development browser token. */
  readonly clients = new Map<string, ClientRecord>();
  /** Keyed by the id of the sign-up. */
  readonly completedSignUps = new Map<string, CompletedSignUp>();
  readonly organizations = new Map<string, OrganizationRecord>();
  /** By id. */
  readonly memberships = new Map<string, MembershipRecord>();
  /** All other objects by id. */
  readonly objects = new Map<string, ObjectRecord>();
  /** Pending webhooks by key, oldest first. */
  readonly webhooks = new Map<string, WebhookMessage>();
  private queued: Promise<void> | undefined;
  private tail: Promise<void> = Promise.resolve();

  constructor(
    readonly keys: InstanceKeys,
    public signingKey: SigningKey,
    private readonly save: SaveState,
    readonly ids: Ids = new Ids(),
  ) {}

  /** Loads the state that an earlier run stored. */
  restore(state: State): void {
    this.settings = state.settings;
    for (const user of state.users) this.users.set(user.id, user);
    for (const session of state.sessions) this.sessions.set(session.id, session);
    for (const client of state.clients) this.clients.set(client.devBrowser, client);
    for (const each of state.completedSignUps) this.completedSignUps.set(each.record.id, each);
    for (const organization of state.organizations) {
      this.organizations.set(organization.id, organization);
    }
    for (const membership of state.memberships) this.memberships.set(membership.id, membership);
    for (const object of state.objects) this.objects.set(object.id, object);
    this.ids.restore(state.ids);
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
      return this.save(() => this.snapshot());
    });
    // Each caller of this write gets its error; the next write must still run.
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
      completedSignUps: [...this.completedSignUps.values()],
      organizations: [...this.organizations.values()],
      memberships: [...this.memberships.values()],
      objects: [...this.objects.values()],
      settings: this.settings,
      ids: this.ids.state,
      webhooks: [...this.webhooks.values()],
    };
  }
}
