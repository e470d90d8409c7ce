import type { Clients } from '../domain/sessions/clients.js';
import type { Session, Sessions } from '../domain/sessions/sessions.js';
import { ClerkApiError, resourceNotFound } from '../domain/shared/clerk-api-error.js';
import type { Clock } from '../domain/shared/ports.js';
import type { ClientRecord, SessionRecord } from '../domain/state/records.js';
import type { Users } from '../domain/users/users.js';

export interface ClientSessionsOptions {
  readonly clients: Clients;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly now: Clock;
}

/** The sessions of one browser. An instance is in Clerk's single-session mode: one at a time. */
export class ClientSessions {
  constructor(private readonly options: ClientSessionsOptions) {}

  /** The sessions with which the browser is signed in, oldest first. */
  active({ id }: ClientRecord): SessionRecord[] {
    return this.options.sessions.active({ clientId: id });
  }

  /** Signs a user in. Whatever attempts were under way are over. */
  async start(client: ClientRecord, userId: string): Promise<Session> {
    const { clients, sessions, users, now } = this.options;
    const session = await sessions.create(userId, client.id);
    await users.recordSignIn(userId);
    await clients.update(client, {
      signIn: null,
      signUp: null,
      lastActiveSessionId: session.id,
      updatedAt: now(),
    });
    return session;
  }

  /** @throws {ClerkApiError} 404 for an unknown session, and for one of another browser */
  get(client: ClientRecord, id: string): Session {
    const session = this.options.sessions.get(id);
    if (session.client_id === client.id) return session;
    throw resourceNotFound(`No session was found with id ${id}`);
  }

  /** @throws {ClerkApiError} as `get`, and 401 for a session that has ended */
  requireActive(client: ClientRecord, id: string): SessionRecord {
    this.get(client, id);
    return this.options.sessions.requireActive(id);
  }

  /** Makes a session the one that the browser uses. This is no sign-in: tokens stay valid. */
  async select(client: ClientRecord, id: string): Promise<void> {
    await this.options.clients.update(client, { lastActiveSessionId: id });
  }

  /** Ends a session, which signs the browser out of it. */
  async end(client: ClientRecord, id: string, status: 'ended' | 'removed'): Promise<Session> {
    this.get(client, id);
    const session = await this.options.sessions.end(id, status);
    await this.#signedOut(client);
    return session;
  }

  /** Signs the browser out. */
  async removeAll(client: ClientRecord): Promise<void> {
    for (const { id } of this.active(client)) await this.options.sessions.end(id, 'removed');
    await this.#signedOut(client);
  }

  /** @throws {ClerkApiError} 400 `session_exists`, upon which Clerk's components go on signed in */
  requireSignedOut(client: ClientRecord): void {
    if (this.active(client).length === 0) return;
    throw new ClerkApiError(400, 'session_exists', 'Session already exists', {
      longMessage:
        "You're currently in single session mode. You can only be signed into one account at a time.",
    });
  }

  async #signedOut(client: ClientRecord): Promise<void> {
    const { clients, now } = this.options;
    const lastActiveSessionId = this.active(client).at(-1)?.id ?? null;
    await clients.update(client, { lastActiveSessionId, updatedAt: now() });
  }
}
