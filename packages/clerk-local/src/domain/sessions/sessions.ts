import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { SessionRecord } from '../state/session-records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import type { UserDirectory } from '../users/user-directory.js';

/** A task of a pending session. */
export interface SessionTask {
  readonly key: 'choose-organization';
}

/** A session as the Backend API returns it. Times are milliseconds since the epoch. */
export interface Session {
  readonly object: 'session';
  readonly id: string;
  readonly user_id: string;
  readonly client_id: string;
  readonly actor: Readonly<Record<string, unknown>> | null;
  readonly status: SessionRecord['status'];
  /** The unfinished tasks of a pending session's user. */
  readonly tasks: readonly SessionTask[] | null;
  readonly last_active_organization_id: string | null;
  readonly last_active_at: number;
  readonly expire_at: number;
  readonly abandon_at: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Presents a session. */
export function toSession(record: SessionRecord): Session {
  return {
    object: 'session',
    id: record.id,
    user_id: record.userId,
    client_id: record.clientId,
    actor: record.actor,
    status: record.status,
    tasks: record.status === 'pending' ? [{ key: 'choose-organization' }] : null,
    last_active_organization_id: record.organizationId,
    last_active_at: record.lastActiveAt,
    expire_at: record.expireAt,
    abandon_at: record.abandonAt,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

type SessionEventType = `session.${'created' | 'ended' | 'pending' | 'removed' | 'revoked'}`;

/** The filters of `GET /v1/sessions`. */
export interface SessionFilter {
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly status?: SessionRecord['status'] | undefined;
}

const dayMs = 86_400_000;
/** Clerk's default maximum session lifetime. */
const expiresAfterMs = 7 * dayMs;
const abandonedAfterMs = 30 * dayMs;

export interface SessionsOptions {
  readonly store: Store;
  readonly users: UserDirectory;
  readonly now: Clock;
  readonly emit: EmitEvent;
  /** Whether sessions are pending until their user chooses an organization. */
  readonly organizationRequired: boolean;
  /** Presents the user in events. */
  readonly user: (id: string) => object;
}

/** How a new session begins. */
export interface NewSession {
  /** The browser that signs in. Defaults to a new client. */
  readonly clientId?: string | undefined;
  readonly actor?: SessionRecord['actor'];
  /** Whether the user verified a second factor. */
  readonly secondFactor?: boolean;
  /**
   * The active organization, of which the user is a member. Defaults to the one that the user joined
   * or chose last. With one, the session is not pending.
   */
  readonly organizationId?: string | null;
}

/** The Backend API's operations on sessions, with its errors (`ClerkApiError`). */
export class Sessions {
  constructor(private readonly options: SessionsOptions) {}

  /**
   * `POST /v1/sessions`, which Clerk offers for development instances only.
   *
   * @throws {ClerkApiError} 403 `user_banned` or `user_locked`
   */
  async create(
    userId: string,
    {
      clientId,
      actor = null,
      secondFactor = false,
      organizationId: chosen = null,
    }: NewSession = {},
  ): Promise<Session> {
    const { id, banned, locked, lastActiveOrganizationId } = this.options.users.get(userId);
    if (banned) throw refused('user_banned', 'This account has been banned.');
    if (locked) throw refused('user_locked', 'This account is locked.');
    const { store, now: clock, organizationRequired } = this.options;
    const now = clock();
    const organizationId = chosen ?? this.memberOf(id, lastActiveOrganizationId);
    const session: SessionRecord = {
      id: store.ids.next('sess'),
      clientId: clientId ?? store.ids.next('client'),
      userId: id,
      status: organizationRequired && organizationId === null ? 'pending' : 'active',
      createdAt: now,
      updatedAt: now,
      lastActiveAt: now,
      expireAt: now + expiresAfterMs,
      abandonAt: now + abandonedAfterMs,
      actor,
      organizationId,
      firstFactorAt: null,
      secondFactorAt: secondFactor ? now : null,
    };
    this.emit('session.created', session);
    if (session.status === 'pending') this.emit('session.pending', session);
    return this.save(session);
  }

  /** `GET /v1/sessions`: newest first. */
  list(filter: SessionFilter): Session[] {
    return [...this.options.store.sessions.keys()]
      .map((id) => this.record(id))
      .filter(
        ({ userId, clientId, status }) =>
          (filter.userId === undefined || filter.userId === userId) &&
          (filter.clientId === undefined || filter.clientId === clientId) &&
          (filter.status === undefined || filter.status === status),
      )
      .reverse()
      .map(toSession);
  }

  /**
   * Selects the active organization of a session and of the user's next one; `null` for the personal
   * account, which has no effect if the instance requires an organization. Selecting an organization
   * activates a pending session.
   */
  async selectOrganization(id: string, organizationId: string | null): Promise<void> {
    const { store, users, organizationRequired } = this.options;
    const session = this.requireActive(id);
    if (organizationId === null && organizationRequired) return;
    const user = users.get(session.userId);
    store.users.set(user.id, { ...user, lastActiveOrganizationId: organizationId });
    if (session.organizationId === organizationId) return store.commit();
    const status = organizationId === null ? session.status : 'active';
    await this.save({ ...session, organizationId, status, updatedAt: this.options.now() });
  }

  /** Ends all active sessions of a user. The caller commits the store. */
  endAllOf(userId: string, status: 'revoked' | 'removed'): void {
    for (const session of this.active({ userId })) {
      const ended = { ...session, status, updatedAt: this.options.now() };
      this.options.store.sessions.set(ended.id, ended);
      this.emit(`session.${status}`, ended);
    }
  }

  /** `GET /v1/sessions/:id` */
  get(id: string): Session {
    return toSession(this.record(id));
  }

  /** `POST /v1/sessions/:id/revoke`. Does not change a session that has ended. */
  revoke(id: string): Promise<Session> {
    return this.end(id, 'revoked');
  }

  /** Ends an active session. Does not change a session that has ended. */
  async end(id: string, status: 'revoked' | 'ended' | 'removed'): Promise<Session> {
    const session = this.record(id);
    if (!isLive(session)) return toSession(session);
    const ended = { ...session, status, updatedAt: this.options.now() };
    this.emit(`session.${status}`, ended);
    return this.save(ended);
  }

  /**
   * Records that the session is in use.
   *
   * @throws {ClerkApiError} as `requireActive`
   */
  async touch(id: string): Promise<Session> {
    const now = this.options.now();
    return this.save({ ...this.requireActive(id), lastActiveAt: now, updatedAt: now });
  }

  /** Records that the user has verified a factor again. It appears in the claim `fva`. */
  async recordFactor(id: string, factor: 'first' | 'second'): Promise<void> {
    const now = this.options.now();
    const verified = factor === 'first' ? { firstFactorAt: now } : { secondFactorAt: now };
    await this.save({ ...this.requireActive(id), ...verified, updatedAt: now });
  }

  /**
   * Returns an active or a pending session.
   *
   * @throws {ClerkApiError} 404 for an unknown session, 401 for one that has ended
   */
  requireActive(id: string): SessionRecord {
    const session = this.record(id);
    if (isLive(session)) return session;
    throw new ClerkApiError(401, 'authentication_invalid', 'Invalid authentication', {
      longMessage: `The session is ${session.status}. Sign in again to get a new session.`,
    });
  }

  /** Returns the user's newest active session, if there is one. */
  findActive(userId: string): SessionRecord | undefined {
    return this.active({ userId }).at(-1);
  }

  /** Lists the active and pending sessions of a user or of a client, oldest first. */
  active(of: { readonly userId: string } | { readonly clientId: string }): SessionRecord[] {
    return [...this.options.store.sessions.keys()]
      .map((id) => this.record(id))
      .filter(isLive)
      .filter((session) =>
        'userId' in of ? session.userId === of.userId : session.clientId === of.clientId,
      );
  }

  private memberOf(userId: string, organizationId: string | null): string | null {
    const isMember = [...this.options.store.memberships.values()].some(
      (each) => each.userId === userId && each.organizationId === organizationId,
    );
    return isMember ? organizationId : null;
  }

  private emit(type: SessionEventType, session: SessionRecord): void {
    const user = this.options.user(session.userId);
    // Clerk's events do not name the tasks.
    const { tasks, ...shown } = toSession(session);
    this.options.emit(type, { ...shown, user });
  }

  private record(id: string): SessionRecord {
    const session = this.options.store.sessions.get(id);
    if (!session) throw resourceNotFound(`No session was found with id ${id}`);
    const expired = isLive(session) && session.expireAt <= this.options.now();
    return expired ? { ...session, status: 'expired' } : session;
  }

  private async save(session: SessionRecord): Promise<Session> {
    this.options.store.sessions.set(session.id, session);
    await this.options.store.commit();
    return toSession(session);
  }
}

function isLive({ status }: SessionRecord): boolean {
  return status === 'active' || status === 'pending';
}

function refused(code: 'user_banned' | 'user_locked', longMessage: string): ClerkApiError {
  return new ClerkApiError(403, code, longMessage, { longMessage });
}
