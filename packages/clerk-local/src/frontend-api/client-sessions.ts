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

/** The sessions of a browser. The instance uses Clerk's single-session mode: one at a time. */
export class ClientSessions {
  constructor(private readonly options: ClientSessionsOptions) {}

  /** Lists the browser's active sessions, oldest first. */
  active({ id }: ClientRecord): SessionRecord[] {
    return this.options.sessions.active({ clientId: id });
  }

  /** Signs a user in. Ends any sign-in or sign-up in progress. */
  async start(
    client: ClientRecord,
    userId: string,
    actor: SessionRecord['actor'] = null,
  ): Promise<Session> {
    const { clients, sessions, users, now } = this.options;
    const session = await sessions.create(userId, { clientId: client.id, actor });
    await users.recordSignIn(userId);
    await clients.update(client, {
      signIn: null,
      signUp: null,
      lastActiveSessionId: session.id,
      updatedAt: now(),
    });
    return session;
  }

  /** @throws {ClerkApiError} 404 for an unknown session and for another browser's session */
  get(client: ClientRecord, id: string): Session {
    const session = this.options.sessions.get(id);
    if (session.client_id === client.id) return session;
    throw resourceNotFound(`No session was found with id ${id}`);
  }

  /** @throws {ClerkApiError} like `get`, and 401 for a session that has ended */
  requireActive(client: ClientRecord, id: string): SessionRecord {
    this.get(client, id);
    return this.options.sessions.requireActive(id);
  }

  /** Sets the last active session. This is not a sign-in, so existing tokens stay valid. */
  async select(client: ClientRecord, id: string): Promise<void> {
    await this.options.clients.update(client, { lastActiveSessionId: id });
  }

  /** Ends a session and signs the browser out of it. */
  async end(client: ClientRecord, id: string, status: 'ended' | 'removed'): Promise<Session> {
    this.get(client, id);
    const session = await this.options.sessions.end(id, status);
    await this.signedOut(client);
    return session;
  }

  /** Signs the browser out of all sessions. */
  async removeAll(client: ClientRecord): Promise<void> {
    for (const { id } of this.active(client)) await this.options.sessions.end(id, 'removed');
    await this.signedOut(client);
  }

  /** @throws {ClerkApiError} 400 `session_exists`; Clerk's components then continue signed in */
  requireSignedOut(client: ClientRecord): void {
    if (this.active(client).length === 0) return;
    throw new ClerkApiError(400, 'session_exists', 'Session already exists', {
      longMessage:
        "You're currently in single session mode. You can only be signed into one account at a time.",
    });
  }

  private async signedOut(client: ClientRecord): Promise<void> {
    const { clients, now } = this.options;
    const lastActiveSessionId = this.active(client).at(-1)?.id ?? null;
    await clients.update(client, { lastActiveSessionId, updatedAt: now() });
  }
}
