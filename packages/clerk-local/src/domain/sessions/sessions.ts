import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import { newId } from '../shared/ids.js';
import type { Clock } from '../shared/ports.js';
import type { SessionRecord } from '../state/records.js';
import type { Store } from '../state/store.js';
import type { UserDirectory } from '../users/user-directory.js';

/** A session as the Backend API returns it. Times are milliseconds since the epoch. */
export interface Session {
  readonly object: 'session';
  readonly id: string;
  readonly user_id: string;
  readonly client_id: string;
  readonly actor: null;
  readonly status: SessionRecord['status'];
  readonly last_active_organization_id: null;
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
    actor: null,
    status: record.status,
    last_active_organization_id: null,
    last_active_at: record.lastActiveAt,
    expire_at: record.expireAt,
    abandon_at: record.abandonAt,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

const dayMs = 86_400_000;
/** Clerk's default maximum session lifetime. */
const expiresAfterMs = 7 * dayMs;
const abandonedAfterMs = 30 * dayMs;

export interface SessionsOptions {
  readonly store: Store;
  readonly users: UserDirectory;
  readonly now: Clock;
}

/** The Backend API's operations on sessions, with its errors (`ClerkApiError`). */
export class Sessions {
  constructor(private readonly options: SessionsOptions) {}

  /**
   * `POST /v1/sessions`, which Clerk offers for development instances only.
   *
   * @param clientId the browser that signs in; defaults to a new client
   */
  async create(userId: string, clientId = newId('client')): Promise<Session> {
    const { id } = this.options.users.get(userId);
    const now = this.options.now();
    return this.save({
      id: newId('sess'),
      clientId,
      userId: id,
      status: 'active',
      createdAt: now,
      updatedAt: now,
      lastActiveAt: now,
      expireAt: now + expiresAfterMs,
      abandonAt: now + abandonedAfterMs,
    });
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
    if (session.status !== 'active') return toSession(session);
    return this.save({ ...session, status, updatedAt: this.options.now() });
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

  /** @throws {ClerkApiError} 404 for an unknown session, 401 for one that has ended */
  requireActive(id: string): SessionRecord {
    const session = this.record(id);
    if (session.status === 'active') return session;
    throw new ClerkApiError(401, 'authentication_invalid', 'Invalid authentication', {
      longMessage: `The session is ${session.status}. Sign in again to get a new session.`,
    });
  }

  /** Returns the user's newest active session, if there is one. */
  findActive(userId: string): SessionRecord | undefined {
    return this.active({ userId }).at(-1);
  }

  /** Lists the active sessions of a user or of a client, oldest first. */
  active(of: { readonly userId: string } | { readonly clientId: string }): SessionRecord[] {
    return [...this.options.store.sessions.keys()]
      .map((id) => this.record(id))
      .filter((session) => session.status === 'active')
      .filter((session) =>
        'userId' in of ? session.userId === of.userId : session.clientId === of.clientId,
      );
  }

  private record(id: string): SessionRecord {
    const session = this.options.store.sessions.get(id);
    if (!session) throw resourceNotFound(`No session was found with id ${id}`);
    const expired = session.status === 'active' && session.expireAt <= this.options.now();
    return expired ? { ...session, status: 'expired' } : session;
  }

  private async save(session: SessionRecord): Promise<Session> {
    this.options.store.sessions.set(session.id, session);
    await this.options.store.commit();
    return toSession(session);
  }
}
